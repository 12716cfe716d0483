using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class SeedSpreadTests
{
    [Fact]
    public void Seeds_and_patients_are_kept_apart()
    {
        // Patients differ by much, seeds by little: 0.1 between neighbours.
        var seeds = new[] { 0, 0.1, 0.2 }.Select(shift => Values(1 + shift, 5 + shift, 9 + shift)).ToArray();
        var spread = SeedSpread.Of(seeds, "dsc");
        Assert.Equal(5.1, spread.MeanOverSeeds, 1e-12);
        Assert.Equal(0.1, spread.DeviationOverSeeds, 1e-12);
        Assert.Equal(3, spread.Seeds);
        Assert.Equal(ScoreSummary.Mean(Values(1.1, 5.1, 9.1), "dsc"), spread.Estimate with { Mean = 5.1 },
            (a, b) => Math.Abs(a!.Lower - b!.Lower) < 1e-12 && Math.Abs(a.Upper - b.Upper) < 1e-12 && a.Used == b.Used);
        Assert.True(spread.Estimate.Upper - spread.Estimate.Lower > 3);
    }

    [Fact]
    public void One_seed_has_no_spread()
    {
        var spread = SeedSpread.Of([Values(1, 2)], "dsc");
        Assert.Equal((1.5, double.NaN), (spread.MeanOverSeeds, spread.DeviationOverSeeds));
    }

    [Fact]
    public void Undefined_values_are_left_out()
    {
        var spread = SeedSpread.Of([Values(1, double.NaN, double.NaN), Values(3, 5, double.NaN)], "dsc");
        Assert.Equal([1, 4], spread.SeedMeans);
        Assert.Equal((3.5, 2, 1), (spread.Estimate.Mean, spread.Estimate.Used, spread.Estimate.Absent)); // (2 + 5) / 2
    }

    [Fact]
    public void Seeds_scored_on_other_cases_are_refused()
    {
        Assert.Contains("seed number 2", Assert.Throws<ArgumentException>(() => SeedSpread.Of([Values(1, 2), Values(1)], "dsc")).Message);
        Assert.Throws<ArgumentException>(() => SeedSpread.Of([], "dsc"));
    }

    private static IReadOnlyList<CaseValue> Values(params double[] values) => [.. values.Select((value, i) => new CaseValue($"c{i}", $"p{i}", value))];
}
