using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class RankStabilityTests
{
    private static readonly BootstrapOptions s_few = new(Replicates: 400);

    [Theory]
    [InlineData(RankAggregation.MeanThenRank)]
    [InlineData(RankAggregation.RankThenMean)]
    public void A_method_that_is_best_everywhere_is_always_first(RankAggregation aggregation)
    {
        var values = Matrices.Random(new Random(1), 20, 4, 1000);
        foreach (var row in values)
            (row[2], row[3]) = (-1, 5000); // lower is better
        var found = RankStability.Of(Matrices.Of(values), aggregation, s_few);
        Assert.Equal((1, 4), (found.Ranks[2], found.Ranks[3]));
        Assert.Equal(1, found.ProbabilityBest(2), 1e-9);
        Assert.Equal((1.0, 1.0), found.Intervals[2]);
        Assert.Equal(1, found.Shares[3, 3], 1e-9);
        Assert.InRange(found.MeanTau, 0.6, 1);
        for (var r = 0; r < 4; r++)
        {
            Assert.Equal(1, Enumerable.Range(0, 4).Sum(c => found.Shares[r, c]), 1e-9);
            Assert.Equal(1, Enumerable.Range(0, 4).Sum(c => found.Shares[c, r]), 1e-9);
        }
    }

    [Fact]
    public void Alike_methods_share_their_places()
    {
        var values = Matrices.Random(new Random(2), 15, 3, 100);
        foreach (var row in values)
            (row[0], row[1]) = (row[2] + 1, row[2] + 1);
        var found = RankStability.Of(Matrices.Of(values), options: s_few);
        Assert.Equal([2.5, 2.5, 1], found.Ranks);
        Assert.Equal(0.5, found.Shares[0, 1], 1e-9);
        Assert.Equal(0.5, found.Shares[1, 2], 1e-9);
        Assert.Equal(1, found.MeanTau, 1e-9);
    }

    [Fact]
    public void Chances_of_equal_methods_are_equal_within_their_noise()
    {
        // Two methods with symmetric differences: each is the best in half of the resamples.
        double[][] values = [.. Enumerable.Range(0, 40).Select(i => new double[] { i, i + (i % 2 == 0 ? 1 : -1) * (1 + i / 2) })];
        var found = RankStability.Of(Matrices.Of(values), options: new BootstrapOptions(4000));
        Assert.InRange(found.ProbabilityBest(0), 0.46, 0.54);
    }

    [Fact]
    public void Order_of_cases_changes_nothing()
    {
        var values = Matrices.Random(new Random(3), 12, 3, 10);
        var names = Enumerable.Range(0, 12).ToArray();
        new Random(4).Shuffle(names);
        ScoreMatrix Matrix(IEnumerable<int> order) => ScoreMatrix.Of("dsc", true, [.. Enumerable.Range(0, 3).Select(m => (
            $"{m}", (IReadOnlyList<CaseValue>)[.. order.Select(i => new CaseValue($"case{i:00}", $"patient{i / 2}", values[i][m]))]))]);
        var (first, second) = (RankStability.Of(Matrix(Enumerable.Range(0, 12)), options: s_few), RankStability.Of(Matrix(names), options: s_few));
        Assert.Equal(first.Shares, second.Shares);
        Assert.Equal(first.MeanTau, second.MeanTau);
    }

    [Fact]
    public void Cases_of_a_patient_are_drawn_together()
    {
        // By case the first method wins 6 of 10; all of its wins are one patient's.
        double[][] values = [.. Enumerable.Range(0, 10).Select(i => new double[] { i < 6 ? 1 : 0, i < 6 ? 0 : 1 })];
        var byCase = RankStability.Of(Matrices.Of(values, higherIsBetter: true), options: s_few);
        var byPatient = RankStability.Of(Matrices.Of(values, true, i => i < 6 ? "one" : "two"), options: s_few);
        Assert.InRange(byCase.ProbabilityBest(0), 0.65, 0.85);
        // Two patients drawn: both the first ¼, both the second ¼, one each ½ with 6 wins to 4.
        Assert.InRange(byPatient.ProbabilityBest(0), 0.68, 0.82);
        Assert.NotEqual(byCase.ProbabilityBest(0), byPatient.ProbabilityBest(0));
        Assert.Contains("1 patients", Assert.Throws<ArgumentException>(
            () => RankStability.Of(Matrices.Of(values, true, _ => "one"))).Message);
    }

    [Fact]
    public void Cases_without_a_value_are_left_out_and_counted() =>
        Assert.Equal(1, RankStability.Of(Matrices.Of([[1, 2], [double.NaN, 1], [2, 1], [3, 1]]), options: s_few).Excluded);

    [Fact]
    public void Kendalls_tau_equals_scipys()
    {
        var random = new Random(5);
        var questions = Enumerable.Range(2, 25).Select(n => (x: Matrices.Random(random, 1, n, 6)[0], y: Matrices.Random(random, 1, n, 6)[0])).ToArray();
        var expected = Scipy.Evaluate("stats.kendalltau(x, y)[0]", questions.Select(q => new { q.x, q.y }));
        for (var i = 0; i < questions.Length; i++)
            Scipy.Close(expected[i][0], KendallTau.Of(questions[i].x, questions[i].y), 1e-12, 1e-14);
        Assert.Equal(1, KendallTau.Of([1, 2, 3], [10, 20, 30]));
        Assert.Equal(-1, KendallTau.Of([1, 2, 3], [3, 2, 1]));
        Assert.Equal(double.NaN, KendallTau.Of([1, 1], [1, 2]));
    }
}
