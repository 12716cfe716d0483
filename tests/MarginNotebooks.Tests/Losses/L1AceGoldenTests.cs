using System.Text.Json;
using MarginNotebooks.Losses;
using MarginNotebooks.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>Average calibration error losses: value, every bin and the full gradient.</summary>
public sealed class L1AceGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where(
        "metrics", file => file.TryGetProperty("reference", out var reference) && reference.GetString()!.Contains("l1ace"));

    [Theory]
    [MemberData(nameof(Files))]
    public void Value_bins_and_gradient_match(string name)
    {
        var file = GoldenFiles.Read(name);
        var (p, expected) = (file.GetProperty("params"), file.GetProperty("expected"));
        if (!p.GetProperty("softmax").GetBoolean() || p.GetProperty("right").GetBoolean())
        {
            Assert.Skip("The kit's losses take logits and use bins (lower, upper].");
            return;
        }
        var soft = file.GetProperty("reference").GetString()!.Contains("soft");
        var bins = p.GetProperty("num_bins").GetInt32();
        var background = p.GetProperty("include_background").GetBoolean() ? Background.Included : Background.Excluded;
        var absent = p.GetProperty("ignore_empty_classes").GetBoolean() ? AbsentClass.Skipped : AbsentClass.Counted;
        if (soft)
            Assert.Equal(SoftL1AceLoss.LeastWeight, p.GetProperty("empty_weight").GetDouble());
        using var scope = NewDisposeScope();
        var logits = Tensors.From(file, "logits", "shape").requires_grad_();
        var labels = Tensors.Labels(file);

        var total = soft
            ? SoftL1AceLoss.Compute(logits, labels, bins, background, absent)
            : HardL1AceLoss.Compute(logits, labels, bins, background, absent);
        Close.Number(expected.GetProperty("loss").GetDouble(), total.ToSingle(), 1e-5, 1e-6, name);
        total.backward();
        Close.Array(GoldenFiles.Doubles(expected.GetProperty("grad_logits")), Tensors.Flat(logits.grad!), 1e-3, soft ? 1e-4 : 1e-6, name);

        var batch = new PixelBatch(logits.detach(), labels, null);
        var table = soft ? CalibrationBins.Soft(batch, bins, background) : CalibrationBins.Hard(batch, bins, background);
        Compare(expected.GetProperty("count"), Tensors.Flat(table.Weight), $"{name} weight");
        Compare(expected.GetProperty("mean_p"), Tensors.Flat(table.Probability / table.Weight), $"{name} mean probability");
        Compare(expected.GetProperty("mean_gt"), Tensors.Flat(table.Label / table.Weight), $"{name} mean label");
    }

    /// <summary>Compares the bins that the file has a number for; null stands for a bin too empty to count.</summary>
    private static void Compare(JsonElement nested, double[] actual, string what)
    {
        var expected = nested.EnumerateArray()
            .SelectMany(sample => sample.EnumerateArray()).SelectMany(cls => cls.EnumerateArray()).ToList();
        Assert.Equal(expected.Count, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            if (expected[i].ValueKind == JsonValueKind.Number)
                Close.Number(expected[i].GetDouble(), actual[i], 1e-4, 1e-5, $"{what} [{i}]");
    }
}
