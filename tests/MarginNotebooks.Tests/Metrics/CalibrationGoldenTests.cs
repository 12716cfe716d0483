using System.Text.Json;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

/// <summary>The authors' calibration measures on their own numbers, through the streaming accumulator.</summary>
public sealed class CalibrationGoldenTests
{
    private const double Tolerance = 1e-5;

    static CalibrationGoldenTests() => TorchRuntime.EnsureLoaded();

    public static TheoryData<string> PooledFiles => GoldenFiles.Where("metrics", file => file.TryGetProperty("expected", out var expected)
        && expected.ValueKind == JsonValueKind.Object && expected.TryGetProperty("foreground_only", out _));

    public static TheoryData<string> BatchFiles => GoldenFiles.Where("metrics", file => file.TryGetProperty("batches", out _));

    [Theory]
    [MemberData(nameof(PooledFiles))]
    public void Every_measure_equals_the_original(string file)
    {
        var golden = GoldenFiles.Read(file);
        using var scope = NewDisposeScope();
        var (logits, labels) = Inputs(golden);
        var checkedValues = 0;
        foreach (var (name, region) in new[] { ("all", PixelRegion.All), ("foreground_only", PixelRegion.Foreground) })
        {
            var loose = golden.GetProperty("sensitive_to_softmax_rounding").GetProperty(name);
            var expected = golden.GetProperty("expected").GetProperty(name);
            var measured = Measure(logits, labels, region, expected);
            foreach (var entry in expected.EnumerateObject().Where(entry => entry.Name != "bins_15"))
            {
                Assert.True(measured.ContainsKey(entry.Name), $"{file}: the measure '{entry.Name}' is not handled");
                var tolerance = loose.TryGetProperty(entry.Name, out var shift) ? 2 * shift.GetDouble() + Tolerance : Tolerance;
                Compare($"{file} {name} {entry.Name}", entry.Value, measured[entry.Name], tolerance);
                checkedValues++;
            }

            // A confidence that sits on an edge moves a whole pixel, so bins are compared only where no measure is sensitive.
            if (expected.TryGetProperty("bins_15", out var bins) && !loose.EnumerateObject().Any(entry => entry.Name.EndsWith("_15")))
                CompareBins(file, bins, Accumulate(logits, labels, region, Dictionary(15)).TopLabel);
        }

        Assert.True(checkedValues >= 30, $"only {checkedValues} values were compared");
    }

    [Theory]
    [MemberData(nameof(BatchFiles))]
    public void Batch_weighted_scores_equal_the_original(string file)
    {
        var golden = GoldenFiles.Read(file);
        var parameters = golden.GetProperty("params");
        Assert.Equal(CalibrationRules.Authors.Binning.Bins, parameters.GetProperty("num_bins").GetInt32());
        var evaluator = new BatchWeightedCalibration(parameters.GetProperty("num_classes").GetInt32(), parameters.GetProperty("ignore_index").GetInt64());
        foreach (var batch in golden.GetProperty("batches").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var shape = GoldenFiles.Longs(batch.GetProperty("shape"));
            evaluator.Add(
                tensor(GoldenFiles.Floats(batch.GetProperty("logits")), shape),
                tensor(GoldenFiles.Longs(batch.GetProperty("labels")), shape[0], shape[2], shape[3]));
        }

        var expected = golden.GetProperty("expected");
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("count")), evaluator.Batches.Select(b => b.Pixels));
        foreach (var key in new[] { "nll", "ece", "aece", "cece" })
        {
            var each = GoldenFiles.Doubles(expected.GetProperty(key));
            for (var i = 0; i < each.Length; i++)
                Assert.Equal(each[i], evaluator.Batches[i][key], Tolerance);
            Assert.Equal(expected.GetProperty("weighted_mean").GetProperty(key).GetDouble(), evaluator.Mean(key), Tolerance);
        }
    }

    private static Dictionary<string, double> Measure(Tensor logits, Tensor labels, PixelRegion region, JsonElement expected)
    {
        var measured = new Dictionary<string, double>();
        var fifteen = Accumulate(logits, labels, region, CalibrationRules.Authors).Scores();
        measured["n"] = fifteen.Pixels;
        measured["accuracy"] = fifteen.Accuracy;
        measured["nll"] = fifteen.Nll;
        foreach (var bins in new[] { 10, 15 })
        {
            var edges = Accumulate(logits, labels, region, Edges(bins)).Scores();
            measured[$"ece_{bins}"] = edges.Ece;
            measured[$"adaptive_ece_{bins}"] = edges.Aece;
            measured[$"classwise_ece_{bins}"] = edges.Cece;
            var thresholded = Accumulate(logits, labels, region, Edges(bins) with { ClasswiseThreshold = 1e-3f }).Scores();
            measured[$"threshold_classwise_ece_{bins}"] = thresholded.Cece;
            var dictionary = Accumulate(logits, labels, region, Dictionary(bins)).Scores();
            measured[$"binned_ece_{bins}"] = dictionary.Pixels == 0 ? double.NaN : dictionary.Ece;
            measured[$"mce_{bins}"] = dictionary.Mce;
            measured[$"ace_{bins}"] = dictionary.Ace;
            measured[$"l2_error_{bins}"] = dictionary.Rms;
        }

        return measured;
    }

    private static CalibrationRules Edges(int bins) => CalibrationRules.Authors with { Binning = new(bins, BinRule.Float32EdgesDropZero), AdaptiveBins = bins };

    private static CalibrationRules Dictionary(int bins) =>
        CalibrationRules.Authors with { Binning = new(bins, BinRule.DoubleCeiling), GapBinning = new(bins, BinRule.DoubleCeiling) };

    private static CalibrationAccumulator Accumulate(Tensor logits, Tensor labels, PixelRegion region, CalibrationRules rules)
    {
        var sums = new CalibrationAccumulator((int)logits.shape[1], rules, region, ignoreIndex: null);
        sums.Add(logits, labels);
        return sums;
    }

    private static (Tensor Logits, Tensor Labels) Inputs(JsonElement golden) =>
        (tensor(GoldenFiles.Floats(golden.GetProperty("logits")), GoldenFiles.Longs(golden.GetProperty("shape"))),
         tensor(GoldenFiles.Longs(golden.GetProperty("labels"))));

    // Where the original raises or has no value, the kit says NaN; its maximum error of no pixels is 0 in the original and NaN here.
    private static void Compare(string what, JsonElement expected, double actual, double tolerance)
    {
        if (expected.ValueKind != JsonValueKind.Number || (what.Contains(" mce_") && double.IsNaN(actual) && expected.GetDouble() == 0))
            Assert.True(double.IsNaN(actual), $"{what}: expected no value, got {actual}");
        else
            Assert.True(Math.Abs(expected.GetDouble() - actual) <= tolerance * Math.Max(1, Math.Abs(expected.GetDouble())),
                $"{what}: expected {expected.GetDouble()}, got {actual}");
    }

    private static void CompareBins(string file, JsonElement expected, BinSums actual)
    {
        Assert.Equal(GoldenFiles.Longs(expected.GetProperty("count")), actual.Count);
        var accuracy = GoldenFiles.Doubles(expected.GetProperty("accuracy"));
        var confidence = GoldenFiles.Doubles(expected.GetProperty("confidence"));
        for (var b = 0; b < actual.Bins; b++)
        {
            Assert.True(Math.Abs(accuracy[b] - (actual.Count[b] == 0 ? 0 : actual.Accuracy(b))) <= Tolerance, $"{file}: accuracy of bin {b}");
            Assert.True(Math.Abs(confidence[b] - (actual.Count[b] == 0 ? 0 : actual.MeanConfidence(b))) <= Tolerance, $"{file}: confidence of bin {b}");
        }
    }
}
