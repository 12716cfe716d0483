using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class ComparisonTests
{
    /// <summary>The committed runs on hippocampus: eight methods, two seeds each, 50 patients.</summary>
    internal static IReadOnlyList<RunResults> Committed() =>
    [
        .. new RunStore(Path.Combine(Workspace.Find(AppContext.BaseDirectory).Root, "notebooks", "results")).LoadAll("hippocampus")
            .Where(run => run.Record.Configuration.Epochs == 8),
    ];

    [Fact]
    public void Committed_runs_meet_patient_by_patient()
    {
        var runs = Committed();
        var comparison = Comparison.Of(runs, "dsc");
        var methods = runs.Select(run => run.Record.Configuration.Method).Distinct().Count();
        Assert.Equal(methods, comparison.Cases.Methods.Count);
        Assert.Equal(50, comparison.Patients.Cases.Count);
        // The mean over seeds of a case, by hand.
        var first = runs.Where(run => run.Record.Configuration.Method == runs[0].Record.Configuration.Method).ToArray();
        var id = comparison.Cases.Cases[7];
        Assert.Equal(
            first.Average(run => run.CasesOf("sound").Single(row => row.CaseId == id).Values["dsc"]), comparison.Cases.Values[7][0], 1e-15);
        Assert.Equal(ScoreSummary.Mean([.. comparison.Cases.Cases.Select((name, i) => new CaseValue(name, name, comparison.Cases.Values[i][0]))], "dsc"),
            comparison.Seeds()[0].Estimate);
    }

    [Fact]
    public void Tests_ranks_and_stability_of_the_committed_runs_are_consistent()
    {
        foreach (var key in new[] { "dsc", "ece", "ece/all", "hd95" })
        {
            var comparison = Comparison.Of(Committed(), key);
            Assert.Equal(key == "dsc", comparison.Cases.HigherIsBetter);
            var k = comparison.Cases.Methods.Count;
            var pairs = comparison.Pairs();
            Assert.Equal(k * (k - 1) / 2, pairs.Count);
            Assert.All(pairs, pair => Assert.InRange(pair.Adjusted, pair.Test.PValue, 1));
            // A shift of either sign has the rank sums on its side.
            Assert.All(pairs.Where(pair => pair.Adjusted < 0.01), pair =>
                Assert.Equal(Math.Sign(pair.Test.HodgesLehmann), Math.Sign(pair.Test.RankBiserial)));
            var (friedman, difference) = (comparison.Friedman(), comparison.CriticalDifference());
            var stability = comparison.Stability(options: new(300));
            Assert.Equal(k - 1, comparison.AgainstControl("ce").Count);
            Assert.Equal(PostHoc.Nemenyi(friedman), comparison.Nemenyi());
            Assert.Equal(k * (k + 1) / 2.0, friedman.AverageRanks.Sum(), 1e-9);
            Assert.Equal(friedman.AverageRanks.Min(), difference.Ranking[0].Rank);
            Assert.Equal(1, Enumerable.Range(0, k).Sum(stability.ProbabilityBest), 1e-9);
            Assert.InRange(stability.MeanTau, -1, 1);
            Assert.Equal(key, comparison.Seeds(new(200))[0].Estimate.Key);
        }
    }

    [Fact]
    public void Against_a_reference_there_is_a_pair_for_every_other_method()
    {
        var comparison = Comparison.Of(Committed(), "ece");
        var pairs = comparison.Pairs("ce");
        Assert.Equal(comparison.Cases.Methods.Count - 1, pairs.Count);
        Assert.Single(pairs.Select(pair => pair.Second).Distinct());
        Assert.Contains("'none'", Assert.Throws<ArgumentException>(() => comparison.Pairs("none")).Message);
    }

    [Fact]
    public void Volumes_of_one_patient_are_one_observation()
    {
        RunResults Run(string method, double shift)
        {
            var run = RunStoreTests.Example(method);
            return run with
            {
                Cases = [.. Enumerable.Range(0, 12).Select(i => new CaseRow(
                    "sound", $"case{i:00}", $"patient{i / 2}",
                    new Dictionary<string, double> { ["dsc"] = 0.5 + shift * (i + 1) + 0.01 * (i % 3) }))],
            };
        }

        var comparison = Comparison.Of([Run("ce", 0), Run("mbls-5", 0.001)], "dsc");
        Assert.Equal(12, comparison.Cases.Cases.Count);
        var pair = Assert.Single(comparison.Pairs());
        Assert.Equal((6, 2 / 64.0), (pair.Test.Pairs, pair.Test.PValue));
        Assert.Equal(6, comparison.Friedman().Cases);
    }

    [Fact]
    public void What_cannot_be_compared_is_named()
    {
        var runs = Committed();
        Assert.Contains("'dice'", Assert.Throws<ArgumentException>(() => Comparison.Of(runs, "dice")).Message);
        Assert.Contains("higherIsBetter", Assert.Throws<ArgumentException>(() => Comparison.Of(runs, "missed")).Message);
        Assert.False(Comparison.Of(runs, "missed", higherIsBetter: false).Cases.HigherIsBetter);
        Assert.Contains("not 1", Assert.Throws<ArgumentException>(() => Comparison.Of([runs[0]], "dsc")).Message);
        Assert.Contains("seed 1", Assert.Throws<ArgumentException>(() => Comparison.Of([.. runs, runs[0]], "dsc")).Message);
    }
}
