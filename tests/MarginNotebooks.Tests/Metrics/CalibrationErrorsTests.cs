using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class CalibrationErrorsTests
{
    [Fact]
    public void Two_bins_by_hand()
    {
        var bins = new BinSums(4);
        for (var i = 0; i < 3; i++)
            bins.AddPixel(1, 0.4, correct: i == 0); // accuracy 1/3, gap 1/15
        bins.AddPixel(3, 0.9, correct: false); // gap 0.9
        Assert.Equal((3 * (0.4 - 1 / 3.0) + 0.9) / 4, CalibrationErrors.Expected(bins), 1e-12);
        Assert.Equal(0.9, CalibrationErrors.Maximum(bins), 1e-12);
        Assert.Equal((0.4 - 1 / 3.0 + 0.9) / 2, CalibrationErrors.Average(bins), 1e-12);
        Assert.Equal(Math.Sqrt((3 * Math.Pow(0.4 - 1 / 3.0, 2) + 0.81) / 4), CalibrationErrors.RootMeanSquare(bins), 1e-12);
    }

    [Fact]
    public void Without_pixels_nothing_is_defined()
    {
        var bins = new BinSums(15);
        Assert.True(double.IsNaN(CalibrationErrors.Expected(bins)));
        Assert.True(double.IsNaN(CalibrationErrors.Maximum(bins)));
        Assert.True(double.IsNaN(CalibrationErrors.Average(bins)));
        Assert.True(double.IsNaN(CalibrationErrors.RootMeanSquare(bins)));
        Assert.True(double.IsNaN(ClasswiseCalibrationError.Mean([bins, bins], 0)));
    }

    [Fact]
    public void Average_and_maximum_and_root_mean_square_bound_the_expected_error()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            var bins = new BinSums(10);
            for (var i = 0; i < 40; i++)
            {
                var p = random.NextSingle();
                bins.AddPixel(new ConfidenceBinning(10, BinRule.Float32Edges).IndexOf(p), p, random.NextDouble() < 0.5);
            }

            var ece = CalibrationErrors.Expected(bins);
            Assert.InRange(ece, 0, CalibrationErrors.RootMeanSquare(bins) + 1e-12);
            Assert.InRange(CalibrationErrors.RootMeanSquare(bins), 0, CalibrationErrors.Maximum(bins) + 1e-12);
            Assert.InRange(CalibrationErrors.Average(bins), 0, CalibrationErrors.Maximum(bins) + 1e-12);
        }
    }

    [Fact]
    public void Bins_of_different_number_cannot_be_added() =>
        Assert.Contains("15", Assert.Throws<ArgumentException>(() => new BinSums(10).Add(new BinSums(15))).Message);
}
