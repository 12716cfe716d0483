using Deedle;
using MarginNotebooks.Statistics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class OverallRankingTests
{
    [Fact]
    public void A_block_ranks_the_means_that_the_main_table_shows()
    {
        var runs = ComparisonTests.Committed();
        var ranking = OverallRanking.Of(runs, ["dsc", "ece"]);
        var table = ResultTables.Compare(runs, scores: ["dsc", "ece"]);
        Assert.Equal(["hippocampus dsc", "hippocampus ece"], ranking.Ranks.Cases.Order());
        foreach (var (score, higher) in new[] { ("dsc", true), ("ece", false) })
        {
            double[] means = [.. table.Frame.GetColumn<double>(score).Values];
            var block = ranking.Ranks.Cases.ToList().IndexOf($"hippocampus {score}");
            Assert.Equal(Ranks.BestFirst(means, higher), ranking.Ranks.Values[block]);
        }
    }

    [Fact]
    public void Two_data_sets_give_twice_the_blocks_and_the_sum_is_over_all()
    {
        var runs = ComparisonTests.Committed();
        var other = runs.Select(run => run with { Record = run.Record with { Configuration = run.Record.Configuration with { Dataset = "acdc" } } });
        var one = OverallRanking.Of(runs).ToTable();
        var ranking = OverallRanking.Of([.. runs, .. other]);
        var both = ranking.ToTable();
        Assert.Equal(8, ranking.Ranks.Cases.Count);
        Assert.Equal(one.Frame.GetColumn<double>("Sum of ranks").Values.Select(sum => 2 * sum), both.Frame.GetColumn<double>("Sum of ranks").Values);
        var methods = one.Frame.RowCount;
        Assert.Equal(8 * methods * (methods + 1) / 2.0, both.Frame.GetColumn<double>("Sum of ranks").Values.Sum(), 1e-9);
        Assert.Contains("not independent", both.Caption);
        Assert.Contains("over 8 cases", ranking.Diagram().AltText);
    }

    [Fact]
    public void What_cannot_be_ranked_is_said()
    {
        var runs = ComparisonTests.Committed();
        Assert.Contains("two methods", Assert.Throws<ArgumentException>(() => OverallRanking.Of([runs[0]])).Message);
        Assert.Contains("'mystery'", Assert.Throws<ArgumentException>(() => OverallRanking.Of(runs, ["mystery"])).Message);
    }
}
