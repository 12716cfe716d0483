using MarginNotebooks.Benchmarks.Report;

namespace MarginNotebooks.Tests.Benchmarks;

public sealed class SampleStatisticsTests
{
    [Theory]
    [InlineData(3, new double[] { 3 })]
    [InlineData(2, new double[] { 9, 1, 2 })]
    [InlineData(2.5, new double[] { 4, 1, 3, 2 })]
    public void Median_is_the_middle_whatever_the_order(double expected, double[] values) => Assert.Equal(expected, SampleStatistics.Median(values));

    [Fact]
    public void No_measurement_and_NaN_have_no_median()
    {
        Assert.Contains("no measurements", Assert.Throws<ArgumentException>(() => SampleStatistics.Median([])).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => SampleStatistics.Median([1, double.NaN])).Message);
    }

    [Fact]
    public void A_slow_moment_that_hits_both_of_a_pair_leaves_the_ratio_as_it_is()
    {
        double[] ours = [10, 10, 100, 10, 10];
        double[] theirs = [20, 20, 200, 20, 20];
        Assert.Equal(2, SampleStatistics.MedianRatio(theirs, ours));
        // One that hits one of them is a single outlier among the ratios.
        Assert.Equal(2, SampleStatistics.MedianRatio([20, 20, 900, 20, 20], [10, 10, 10, 10, 10]));
    }

    [Fact]
    public void Unpaired_measurements_and_zero_divisors_are_refused()
    {
        Assert.Contains("2 and 1", Assert.Throws<ArgumentException>(() => SampleStatistics.MedianRatio([1, 2], [1])).Message);
        Assert.Contains("not positive", Assert.Throws<ArgumentException>(() => SampleStatistics.MedianRatio([1], [0])).Message);
    }

    [Fact]
    public void A_sample_tells_its_spread()
    {
        var sample = new Sample("x", "ms", [5, 1, 3]);
        Assert.Equal((1, 3, 5, 3), (sample.Min, sample.Median, sample.Max, sample.Repetitions));
    }

    [Theory]
    [InlineData(Bound.AtLeast, 2, 2, true)]
    [InlineData(Bound.AtLeast, 2, 1.999, false)]
    [InlineData(Bound.AtMost, 5, 5, true)]
    [InlineData(Bound.AtMost, 5, 5.001, false)]
    [InlineData(Bound.AtMost, 5, double.NaN, false)]
    [InlineData(Bound.AtLeast, 5, double.NaN, false)]
    public void A_requirement_includes_its_limit_and_is_never_met_by_NaN(Bound bound, double limit, double figure, bool met) =>
        Assert.Equal(met, new Requirement(bound, limit).IsMetBy(figure));
}
