using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class NoiseFloorTests
{
    [Fact]
    public void One_and_two_pixels_by_hand()
    {
        // n = 1: p·(1 − p) + (1 − p)·p. n = 2, p = 1/2: 0, 1/2 or 1 of weight 1/4, 1/2, 1/4, so 1/4.
        Assert.Equal(2 * 0.3 * 0.7, NoiseFloor.BinomialDeviation(1, 0.3), 1e-12);
        Assert.Equal(0.25, NoiseFloor.BinomialDeviation(2, 0.5), 1e-12);
        Assert.Equal(0, NoiseFloor.BinomialDeviation(5, 1));
        Assert.Equal(0, NoiseFloor.BinomialDeviation(5, 0));
    }

    [Fact]
    public void Many_pixels_approach_the_normal_distribution()
    {
        const long n = 4_000_000_000;
        Assert.Equal(1, NoiseFloor.BinomialDeviation(n, 0.9) / Math.Sqrt(2 / Math.PI * 0.09 / n), 1e-4);
    }

    [Fact]
    public void Floor_and_deviation_are_those_of_simulated_networks()
    {
        var bins = new BinSums(3);
        (long Count, double P)[] shape = [(7, 0.35), (0, 0), (40, 0.93)];
        for (var b = 0; b < 3; b++)
            (bins.Count[b], bins.Confidence[b]) = (shape[b].Count, shape[b].Count * shape[b].P);
        var random = new Random(1);
        var errors = new double[40000];
        for (var t = 0; t < errors.Length; t++)
        {
            for (var b = 0; b < 3; b++)
            {
                bins.Correct[b] = 0;
                for (var i = 0; i < shape[b].Count; i++)
                    bins.Correct[b] += random.NextDouble() < shape[b].P ? 1 : 0;
            }

            errors[t] = CalibrationErrors.Expected(bins);
        }

        var floor = NoiseFloor.Of(bins);
        var mean = errors.Average();
        Assert.Equal(mean, floor.Mean, 1e-3);
        Assert.Equal(Math.Sqrt(errors.Average(e => (e - mean) * (e - mean))), floor.StandardDeviation, 1e-3);
    }

    [Fact]
    public void Unequal_confidences_in_a_bin_make_it_an_upper_bound()
    {
        var random = new Random(2);
        float[] p = [0.05f, 0.95f, 0.05f, 0.95f, 0.5f];
        double sum = 0;
        for (var t = 0; t < 20000; t++)
            sum += Math.Abs(p.Count(q => random.NextDouble() < q) / 5.0 - 0.5);
        Assert.True(sum / 20000 < NoiseFloor.BinomialDeviation(5, 0.5));
    }

    [Fact]
    public void Class_wise_floor_covers_exact_probabilities()
    {
        var evidence = Evidence(Random(3, 20000));
        var floor = CalibrationMeasures.Compute(["cece", "cece-floor"], evidence);
        Assert.InRange(floor["cece"], 0, 3 * floor["cece-floor"]);
    }
}
