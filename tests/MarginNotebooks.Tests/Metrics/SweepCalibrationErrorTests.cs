using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class SweepCalibrationErrorTests
{
    [Fact]
    public void The_sweep_ends_before_accuracies_fall()
    {
        // Two bins: accuracies 1/2 and 1; three: 1, 0 … falls.
        var sample = Sample((0.1, true), (0.2, false), (0.8, true), (0.9, true));
        var (value, bins) = SweepCalibrationError.Of(sample);
        Assert.Equal(2, bins);
        Assert.Equal((2 * Math.Abs(0.5 - 0.15) + 2 * Math.Abs(1 - 0.85)) / 4, value, 1e-12);
        Assert.Equal(Math.Sqrt((Math.Pow(0.35, 2) + Math.Pow(0.15, 2)) / 2), SweepCalibrationError.Of(sample, power: 2).Value, 1e-12);
    }

    [Fact]
    public void All_correct_reaches_one_bin_a_pixel()
    {
        var (value, bins) = SweepCalibrationError.Of(Sample((0.6, true), (0.7, true), (0.8, true), (0.9, true)));
        Assert.Equal(0.25, value, 1e-12);
        Assert.Equal(4, bins);
    }

    [Fact]
    public void Falling_accuracies_leave_one_bin()
    {
        var (value, bins) = SweepCalibrationError.Of(Sample((0.2, true), (0.4, true), (0.6, false), (0.8, false)));
        Assert.Equal((1, 0.0), (bins, Math.Round(value, 12))); // one bin: mean confidence 0.5, accuracy 0.5
    }

    [Fact]
    public void Equal_confidences_stay_together()
    {
        var sample = ConfidenceSample.OfGroups([(0.7, 10, 4)]);
        Assert.Equal(0.3, SweepCalibrationError.Of(sample).Value, 1e-12);
    }

    [Fact]
    public void The_sweep_ends_at_its_limit()
    {
        var groups = Enumerable.Range(0, 6000).Select(i => ((i + 0.5) / 6000, 1L, 1L));
        Assert.Equal(SweepCalibrationError.MaximumBins, SweepCalibrationError.Of(ConfidenceSample.OfGroups(groups)).Bins);
    }
}
