using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class RanksTests
{
    [Fact]
    public void Equals_scipy_with_and_without_ties()
    {
        var random = new Random(1);
        var lists = Enumerable.Range(1, 30).Select(n => Enumerable.Range(0, n).Select(_ => (double)random.Next(1 + n / 2)).ToArray()).ToArray();
        var expected = Scipy.Evaluate("stats.rankdata(x)", lists.Select(x => new { x }));
        var ties = Scipy.Evaluate("sum(t**3 - t for t in np.unique(x, return_counts=True)[1])", lists.Select(x => new { x }));
        for (var i = 0; i < lists.Length; i++)
        {
            Assert.Equal(expected[i], Ranks.Of(lists[i]));
            Assert.Equal(ties[i][0], Ranks.TieTerm(lists[i]));
        }
    }

    [Fact]
    public void The_best_is_first()
    {
        Assert.Equal([2, 3.5, 3.5, 1], Ranks.BestFirst([0.2, 0.1, 0.1, 0.9], higherIsBetter: true));
        Assert.Equal([3, 1.5, 1.5, 4], Ranks.BestFirst([0.2, 0.1, 0.1, double.PositiveInfinity], higherIsBetter: false));
        Assert.Empty(Ranks.Of([]));
    }

    [Fact]
    public void NaN_has_no_rank() =>
        Assert.Contains("Value 1", Assert.Throws<ArgumentException>(() => Ranks.Of([1, double.NaN])).Message);
}
