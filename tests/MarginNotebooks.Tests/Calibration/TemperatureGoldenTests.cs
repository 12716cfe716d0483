using System.Text.Json;
using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

/// <summary>Temperature searches against the authors', from every file of the folder <c>temperature</c>.</summary>
public sealed class TemperatureGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Where("temperature", _ => true);

    [Theory]
    [MemberData(nameof(Files))]
    public void GridSearchIsTheAuthors(string file)
    {
        var (expected, batches) = Load(file);
        using var scope = NewDisposeScope();
        var found = TemperatureScaling.Search(batches());
        Assert.Equal(expected.GetProperty("best_temperature").GetDouble(), found.Temperature, 1);
        Assert.Equal(expected.GetProperty("nll_at_best").GetDouble(), found.Loss, 1e-5);
        Assert.Equal(expected.GetProperty("best_index").GetInt32() is 0 or 99, found.AtEdge);

        var curve = GoldenFiles.Doubles(expected.GetProperty("nll_curve"));
        for (var i = 0; i < curve.Length; i++)
        {
            var value = TemperatureScaling.NegativeLogLikelihood(batches(), TemperatureScaling.AuthorsGrid[i], BatchWeighting.Batches);
            Assert.Equal(curve[i], value, 1e-5 * Math.Max(1, curve[i]));
        }
        Assert.Equal(
            expected.GetProperty("pooled_best_temperature_nll").GetDouble(),
            TemperatureScaling.Search(batches(), weighting: BatchWeighting.Pixels).Temperature, 1);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void TheContinuousOptimumIsFound(string file)
    {
        var (expected, batches) = Load(file);
        using var scope = NewDisposeScope();
        foreach (var (weighting, suffix) in new[] { (BatchWeighting.Batches, ""), (BatchWeighting.Pixels, "_pooled") })
        {
            var found = TemperatureScaling.Fit(batches(), weighting);
            var wanted = expected.GetProperty($"optimum_temperature{suffix}").GetDouble();
            Assert.Equal(wanted, found.Temperature, 1e-4 * wanted);
            Assert.Equal(expected.GetProperty($"optimum_nll{suffix}").GetDouble(), found.Loss, 1e-6);
            Assert.False(found.AtEdge);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void TheSearchByCalibrationErrorIsTheAuthors(string file)
    {
        var (expected, batches) = Load(file);
        using var scope = NewDisposeScope();
        Assert.Equal(
            expected.GetProperty("pooled_best_temperature_ece").GetDouble(), TemperatureScaling.SearchByCalibrationError(batches()).Temperature, 1);
    }

    // (N, C) becomes (1, C, N) a batch; (N, C, H, W) stays.
    private static (JsonElement Expected, Func<List<(Tensor, Tensor)>> Batches) Load(string file)
    {
        var golden = GoldenFiles.Read(file);
        var shape = GoldenFiles.Longs(golden.GetProperty("shape"));
        return (golden.GetProperty("expected"), () =>
        {
            var logits = tensor(GoldenFiles.Floats(golden.GetProperty("logits")), shape);
            var labels = tensor(GoldenFiles.Longs(golden.GetProperty("labels")), [shape[0], .. shape[2..]]);
            var start = 0L;
            var batches = new List<(Tensor, Tensor)>();
            foreach (var size in GoldenFiles.Longs(golden.GetProperty("batch_sizes")))
            {
                var (l, y) = (logits.narrow(0, start, size), labels.narrow(0, start, size));
                batches.Add(shape.Length == 2 ? (l.t().unsqueeze(0), y.unsqueeze(0)) : (l, y));
                start += size;
            }
            return batches;
        }
        );
    }
}
