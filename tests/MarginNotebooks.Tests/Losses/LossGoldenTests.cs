using MarginNotebooks.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>Every named term and the full gradient of every reference loss.</summary>
/// <remarks>Tolerances are those that the reference index suggests: terms 1e-5 relative + 1e-6, gradients 1e-3 relative + 1e-6 (sums:
/// 3e-5).</remarks>
public sealed class LossGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where("losses", file => file.TryGetProperty("logits", out _));

    [Theory]
    [MemberData(nameof(Files))]
    public void Terms_and_gradient_match(string name)
    {
        var file = GoldenFiles.Read(name);
        if (GoldenLoss.Create(file) is not { } loss)
        {
            Assert.Skip($"No loss of the kind '{file.GetProperty("loss").GetString()}'.");
            return;
        }
        using var scope = NewDisposeScope();
        var logits = Tensors.From(file, "logits", "shape").requires_grad_();
        var labels = Tensors.Labels(file);
        var terms = file.TryGetProperty("image", out _)
            ? loss.Forward(logits, labels, Tensors.From(file, "image", "image_shape"))
            : loss.Forward(logits, labels);
        var expected = file.GetProperty("expected");

        foreach (var term in expected.GetProperty("terms").EnumerateObject())
        {
            var part = GoldenLoss.PartName(term.Name, loss);
            var actual = part.Length == 0 ? terms.Total : terms.Parts.Single(p => p.Key == part).Value;
            Close.Number(term.Value.GetDouble(), actual.ToSingle(), 1e-5, 1e-6, $"{name} {term.Name}");
        }
        terms.Total.backward();
        var isSum = file.GetProperty("params").TryGetProperty("size_average", out var average) && !average.GetBoolean();
        Close.Array(
            GoldenFiles.Doubles(expected.GetProperty("grad_logits")), Tensors.Flat(logits.grad!), 1e-3,
            isSum ? 3e-5 : 1e-6, $"{name} gradient");
    }
}
