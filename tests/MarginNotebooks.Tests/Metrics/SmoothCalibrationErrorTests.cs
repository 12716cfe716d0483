using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class SmoothCalibrationErrorTests
{
    [Fact]
    public void A_wide_kernel_leaves_the_difference_of_confidence_and_accuracy()
    {
        // Reflected at both ends, a Gaussian that is wide beside the interval is flat: |mean(y − p)| remains.
        var sample = Sample((0.9, true), (0.8, false), (0.7, true), (0.6, false));
        Assert.Equal(0.25, SmoothCalibrationError.At(sample, 50), 1e-9);
    }

    [Fact]
    public void A_narrow_kernel_leaves_the_gap_of_each_confidence()
    {
        var sample = Sample((0.2, true), (0.5, false), (0.8, true));
        Assert.Equal((0.8 + 0.5 + 0.2) / 3, SmoothCalibrationError.At(sample, 0.001), 1e-9);
    }

    [Fact]
    public void One_pixel_has_its_gap_at_any_width()
    {
        var sample = Sample((0.7, true));
        foreach (var width in new[] { 1e-4, 0.01, 0.3, 2 })
            Assert.Equal(0.3, SmoothCalibrationError.At(sample, width), 1e-7);
        Assert.Equal(0.3, SmoothCalibrationError.Of(sample).Value, 1e-7);
    }

    [Fact]
    public void The_width_equals_the_error()
    {
        foreach (var sharpness in new[] { 1.1, 1.5, 4 })
        {
            var sample = Evidence(Random(1, 5000, sharpness: sharpness)).Confidence;
            var (value, width) = SmoothCalibrationError.Of(sample);
            Assert.Equal(width, value, 1e-8);
            Assert.Equal(value, SmoothCalibrationError.At(sample, width), 1e-6); // the finer of the two grids
        }
    }

    [Fact]
    public void Falls_with_the_width()
    {
        var sample = Evidence(Random(2, 2000, sharpness: 0.7)).Confidence;
        var errors = new[] { 1e-4, 1e-3, 1e-2, 0.1, 1, 10 }.Select(width => SmoothCalibrationError.At(sample, width)).ToArray();
        for (var i = 1; i < errors.Length; i++)
            Assert.InRange(errors[i], 0, errors[i - 1] + 1e-14);
    }

    [Fact]
    public void Certain_and_right_is_0_at_the_smallest_width()
    {
        var error = SmoothCalibrationError.Of(ConfidenceSample.OfGroups([(1, 1000, 1000), (0, 10, 0)]));
        Assert.Equal(0, error.Value, 1e-12);
        Assert.Equal(SmoothCalibrationError.SmallestWidth, error.Bandwidth);
    }

    [Fact]
    public void Errors_below_a_thousandth_are_resolved()
    {
        // 100 000 pixels at 0.9985, of which 99 900 are right: the gap is 0.0005.
        var (value, width) = SmoothCalibrationError.Of(ConfidenceSample.OfGroups([(0.9985, 100_000, 99_900)]));
        Assert.Equal(0.0005, value, 1e-8);
        Assert.Equal(value, width, 1e-8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-5)]
    [InlineData(double.NaN)]
    public void Widths_that_cannot_be_resolved_are_refused(double width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoothCalibrationError.At(Sample((0.5, true)), width));
}
