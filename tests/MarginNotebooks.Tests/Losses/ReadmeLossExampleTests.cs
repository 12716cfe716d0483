using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>The README shows how a loss is added; what it shows is a file of these tests.</summary>
public sealed class ReadmeLossExampleTests
{
    private const string Heading = "### Adding a loss";

    [Fact]
    public void The_example_is_the_file_that_is_compiled_here()
    {
        var readme = File.ReadAllText(Path.Combine(Root(), "README.md"));
        var section = readme[readme.IndexOf(Heading, StringComparison.Ordinal)..];
        var begin = section.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        var shown = section[begin..section.IndexOf("```\n", begin, StringComparison.Ordinal)];
        Assert.Equal(File.ReadAllText(Path.Combine(Here(), "AddedLossExampleTests.cs")).Trim(), shown.Trim());
    }

    [Fact]
    public void The_loss_of_the_example_keeps_the_promises_of_every_loss()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(1, ScalarType.Float64, 2, 3, 4, 5).requires_grad_();
        var labels = Tensors.WithIgnored(Tensors.Classes(2, 3, 2, 4, 5), 3, 255);
        var total = new PolyLoss(0.5) { IgnoreIndex = 255 }.Forward(logits, labels).Total;
        var pixels = Transcription.Pixels(Tensors.Flat(logits), labels.data<long>().ToArray(), 3, 2);
        Close.Number(pixels.Average(p => Transcription.CrossEntropy(p.Logits, p.Label) + 0.5 * (1 - Transcription.Softmax(p.Logits)[p.Label])),
            total.item<double>(), 1e-12, 0, "Poly-1");
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static string Root() => Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));
}
