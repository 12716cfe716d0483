using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class PixelwiseCalibrationErrorTests
{
    // Background probabilities; correct means truly background.
    private static readonly ConfidenceSample s_four = ConfidenceSample.OfGroups([(0.25, 2, 1), (1, 1, 1), (0.75, 1, 0)]);

    [Fact]
    public void Four_pixels_by_hand()
    {
        // Foreground 0.75 twice, one of them background: |0.75 − 0.5 + 2·0.75|; 0.25 truly foreground: |0.25 − 1|; 0 in no bin, but n = 4.
        Assert.Equal((2 * 1.75 + 0.75) / 4, PixelwiseCalibrationError.Of(s_four), 1e-7);
    }

    [Fact]
    public void Without_the_penalty_it_is_the_foreground_error() =>
        Assert.Equal((2 * 0.25 + 0.75) / 4, PixelwiseCalibrationError.Of(s_four, weight: 0), 1e-7);

    [Fact]
    public void False_positives_cost_more_than_misses()
    {
        var spurious = PixelwiseCalibrationError.Of(ConfidenceSample.OfGroups([(0.125, 1, 1)]));
        var missed = PixelwiseCalibrationError.Of(ConfidenceSample.OfGroups([(0.875, 1, 0)]));
        Assert.Equal((3 * 0.875, 0.875), (spurious, missed));
    }

    [Fact]
    public void Weights_must_not_be_negative() => Assert.Throws<ArgumentOutOfRangeException>(() => PixelwiseCalibrationError.Of(s_four, -1));
}
