using MarginNotebooks.Metrics;
using static MarginNotebooks.Tests.Metrics.MeasureInputs;

namespace MarginNotebooks.Tests.Metrics;

public sealed class RiskCoverageTests
{
    [Fact]
    public void Four_pixels_by_hand()
    {
        var sample = Sample((0.9, true), (0.8, false), (0.7, true), (0.6, false));
        Assert.Equal((0 + 1 / 2.0 + 1 / 3.0 + 2 / 4.0) / 4, RiskCoverage.Area(sample), 1e-12);
        Assert.Equal(RiskCoverage.Area(sample) - (0 + 0 + 1 / 3.0 + 2 / 4.0) / 4, RiskCoverage.Excess(sample), 1e-12);
        var curve = RiskCoverage.Curve(sample);
        Assert.Equal([0.25, 0.5, 0.75, 1], curve.Coverage);
        Assert.Equal([0, 0.5, 1 / 3.0, 0.5], curve.Risk);
        Assert.Equal([0.9, 0.8, 0.7, 0.6], curve.Threshold);
    }

    [Fact]
    public void Ties_are_the_mean_over_their_orders()
    {
        // One of three tied pixels is wrong: the mean of the three places it can have.
        var tied = ConfidenceSample.OfGroups([(0.5, 3, 2)]);
        double[] places = [(1 + 1 / 2.0 + 1 / 3.0) / 3, (0 + 1 / 2.0 + 1 / 3.0) / 3, (0 + 0 + 1 / 3.0) / 3];
        Assert.Equal(places.Average(), RiskCoverage.Area(tied), 1e-12);
        Assert.Equal(0, RiskCoverage.Excess(ConfidenceSample.OfGroups([(0.5, 5, 5)])), 1e-12);
        Assert.Equal(1, RiskCoverage.Area(ConfidenceSample.OfGroups([(0.5, 5, 0)])), 1e-12);
    }

    [Fact]
    public void Large_groups_of_ties_keep_their_digits()
    {
        // A tie as large as this has the error rate everywhere.
        var tied = ConfidenceSample.OfGroups([(0.5, 4_000_000_000, 3_000_000_000)]);
        Assert.Equal(0.25, RiskCoverage.Area(tied), 1e-9);
    }

    [Fact]
    public void A_perfect_ranking_has_no_excess_and_a_random_one_has_the_error_rate()
    {
        var perfect = ConfidenceSample.OfGroups(Enumerable.Range(0, 1000).Select(i => (i / 1000.0, 1L, i >= 200 ? 1L : 0L)));
        Assert.Equal(0, RiskCoverage.Excess(perfect), 1e-12);
        var n = 1000.0;
        Assert.Equal(0.2 + 0.8 * Math.Log(0.8), RiskCoverage.Area(perfect), 1 / n); // Geifman et al.'s approximation
    }

    [Fact]
    public void A_curve_of_many_confidences_is_thinned_and_ends_at_full_coverage()
    {
        var sample = Evidence(Random(1, 5000)).Confidence;
        var curve = RiskCoverage.Curve(sample, 100);
        Assert.InRange(curve.Coverage.Length, 90, 100);
        Assert.Equal(1, curve.Coverage[^1]);
        Assert.Equal(1 - (double)sample.Correct / sample.Pixels, curve.Risk[^1], 1e-12);
        Assert.Equal(curve.Coverage.Order(), curve.Coverage);
    }
}
