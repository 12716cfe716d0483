using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class DebiasedCalibrationErrorTests
{
    private static BinSums Bins(params (long Count, double Confidence, long Correct)[] bins)
    {
        var sums = new BinSums(bins.Length);
        for (var b = 0; b < bins.Length; b++)
            (sums.Count[b], sums.Confidence[b], sums.Correct[b]) = (bins[b].Count, bins[b].Confidence * bins[b].Count, bins[b].Correct);
        return sums;
    }

    [Fact]
    public void Two_bins_by_hand()
    {
        var bins = Bins((5, 0.6, 2), (1, 0.9, 1)); // accuracy 0.4, gap 0.2, variance 0.24/4 = 0.06; a single pixel gives nothing
        Assert.Equal(5.0 / 6 * (0.04 - 0.06), DebiasedCalibrationError.Squared(bins), 1e-12);
        Assert.Equal(0, DebiasedCalibrationError.RootMeanSquare(bins));
        var sure = Bins((101, 0.9, 50));
        Assert.Equal(
            Math.Sqrt(Math.Pow(0.9 - 50.0 / 101, 2) - 50.0 / 101 * (51.0 / 101) / 100), DebiasedCalibrationError.RootMeanSquare(sure), 1e-12);
    }

    [Fact]
    public void Folded_normal_by_hand_at_a_gap_of_0()
    {
        // Gap 0 and σ = 0.05: E|N| = σ√(2/π).
        var bins = Bins((100, 0.5, 50));
        Assert.Equal(-0.05 * Math.Sqrt(2 / Math.PI), DebiasedCalibrationError.Expected(bins), 1e-12);
    }

    [Fact]
    public void Without_chance_nothing_is_taken_off()
    {
        var bins = Bins((10, 0.7, 10), (4, 0.2, 0));
        Assert.Equal(CalibrationErrors.RootMeanSquare(bins), DebiasedCalibrationError.RootMeanSquare(bins), 1e-12);
        Assert.Equal(CalibrationErrors.Expected(bins), DebiasedCalibrationError.Expected(bins), 1e-12);
    }

    [Fact]
    public void The_squared_error_is_unbiased()
    {
        var random = new Random(1);
        const int trials = 20000, pixels = 12;
        double sum = 0, plain = 0;
        for (var t = 0; t < trials; t++)
        {
            var bins = Bins((pixels, 0.7, Enumerable.Range(0, pixels).Count(_ => random.NextDouble() < 0.6)));
            sum += DebiasedCalibrationError.Squared(bins);
            plain += Math.Pow(CalibrationErrors.RootMeanSquare(bins), 2);
        }

        Assert.Equal(0.01, sum / trials, 0.002);
        Assert.True(plain / trials > 0.025);
    }

    [Fact]
    public void Single_pixels_have_no_variance_and_so_no_estimate() =>
        Assert.Equal(double.NaN, DebiasedCalibrationError.RootMeanSquare(Bins((1, 0.7, 1), (1, 0.9, 0), (0, 0, 0))));
}
