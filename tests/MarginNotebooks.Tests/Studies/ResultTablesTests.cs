using Deedle;
using MarginNotebooks.Display;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class ResultTablesTests
{
    [Fact]
    public void Significance_holds_a_row_a_pair_with_the_numbers_of_the_comparison()
    {
        var runs = ComparisonTests.Committed();
        var pairs = Comparison.Of(runs, "ece").Pairs();
        var table = ResultTables.Significance(runs, "ece");
        Assert.Equal(pairs.Count, table.Frame.RowCount);
        Assert.Equal(pairs.Select(pair => pair.Adjusted), Column(table, "p (Holm)"));
        Assert.Equal(pairs.Select(pair => pair.Test.HodgesLehmann), Column(table, "Hodges–Lehmann"));
        Assert.Contains("Holm", table.Caption);
        Assert.Contains("exact", table.Caption);
        Assert.Contains("<table", table.ToHtml());
        var few = ResultTables.Significance(runs, "ece", reference: "ce");
        Assert.True(few.Frame.RowCount < table.Frame.RowCount);
    }

    [Fact]
    public void Ranking_is_sorted_by_average_rank_and_names_its_tests()
    {
        var runs = ComparisonTests.Committed();
        var table = ResultTables.Ranking(runs, "dsc");
        var ranks = Column(table, "Average rank");
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal(ranks.Length * (ranks.Length + 1) / 2.0, ranks.Sum(), 1e-9);
        Assert.Equal(1, Column(table, "Best in").Sum(), 1e-9);
        Assert.All(Column(table, "SD over seeds"), value => Assert.InRange(value, 0, 0.1));
        Assert.Contains("Friedman", table.Caption);
        Assert.Contains("50 patients", table.Caption);
        Assert.Contains("Kendall", table.Caption);
        Assert.Contains("Best in", table.ToMarkdown());
    }

    [Fact]
    public void Spread_over_seeds_stands_beside_the_interval_over_patients()
    {
        var runs = ComparisonTests.Committed();
        var table = ResultTables.SeedSpreads(runs, scores: ["dsc", "ece"]);
        var spreads = Comparison.Of(runs, "ece").Seeds();
        Assert.Equal(spreads.Select(spread => spread.DeviationOverSeeds), Column(table, "ece SD over seeds"));
        Assert.Equal(spreads.Select(spread => spread.Estimate.Lower), Column(table, "ece lower"));
        // Two seeds: the deviation is their difference over √2.
        Assert.All(spreads, spread =>
            Assert.Equal(Math.Abs(spread.SeedMeans[0] - spread.SeedMeans[1]) / Math.Sqrt(2), spread.DeviationOverSeeds, 1e-12));
        Assert.Contains("SD over seeds", table.ToMarkdown());
        Assert.Contains("–", ResultTables.SeedSpreads([runs[0]], scores: ["dsc"]).ToMarkdown());
    }

    [Fact]
    public void Results_stored_before_a_measure_existed_are_still_read()
    {
        var runs = ComparisonTests.Committed();
        // The committed files have no column of surface Dice: the table says so, and the others are as they were.
        var table = ResultTables.Compare(runs, scores: ["dsc", "nsd"]);
        Assert.All(Column(table, "dsc"), value => Assert.InRange(value, 0.5, 1));
        if (runs.All(run => !run.CasesOf("sound")[0].Values.ContainsKey("nsd")))
            Assert.All(Column(table, "nsd"), value => Assert.Equal(double.NaN, value));
        Assert.Contains("Surface DSC", table.ToMarkdown());
    }

    private static double[] Column(Table table, string name) =>
    [
        .. Enumerable.Range(0, table.Frame.RowCount)
            .Select(row => table.Frame.GetColumn<double>(name).TryGet(row) is { HasValue: true } value ? value.Value : double.NaN),
    ];
}
