using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class VolumeDifferenceTests
{
    [Fact]
    public void Volumes_are_millilitres_and_signs_say_too_large_or_too_small()
    {
        // 300 and 400 voxels of 2 × 1.5 × 1 mm³.
        var small = VolumeDifference.Of(new Overlap(250, 300, 400), 3);
        Assert.Equal((0.9, 1.2), (small.Result, small.Reference));
        Assert.Equal(-0.3, small.Signed, 1e-15);
        Assert.Equal(0.3, small.Absolute, 1e-15);
        Assert.Equal(-0.25, small.Relative, 1e-15);
        Assert.Equal(0.25, small.AbsoluteRelative, 1e-15);
        var large = VolumeDifference.Of(new Overlap(250, 400, 300), 3);
        Assert.Equal(-small.Signed, large.Signed, 1e-15);
        Assert.Equal(1 / 3.0, large.Relative, 1e-15);
    }

    [Fact]
    public void An_empty_reference_has_no_relative_difference()
    {
        var spurious = VolumeDifference.Of(new Overlap(0, 5, 0), 1);
        Assert.Equal(0.005, spurious.Signed);
        Assert.Equal(double.NaN, spurious.Relative);
        Assert.Equal(double.NaN, spurious.AbsoluteRelative);
        Assert.Equal(-1, VolumeDifference.Of(new Overlap(0, 0, 5), 1).Relative);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_volume_that_is_none_is_refused(double volume) => Assert.Contains("volume",
        Assert.Throws<ArgumentOutOfRangeException>(() => VolumeDifference.Of(new Overlap(1, 1, 1), volume)).Message);
}
