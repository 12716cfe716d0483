using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class TailsTests
{
    [Fact]
    public void Equal_scipy()
    {
        var random = new Random(2);
        var questions = Enumerable.Range(0, 40)
            .Select(_ => new { x = 40 * random.NextDouble() * random.NextDouble(), a = random.Next(1, 12), b = random.Next(1, 80) })
            .ToArray();
        var expected = Scipy.Evaluate("[stats.norm.sf(x / 4), stats.chi2.sf(x, a), stats.f.sf(x, a, b)]", questions);
        for (var i = 0; i < questions.Length; i++)
        {
            var (x, a, b) = (questions[i].x, questions[i].a, questions[i].b);
            Scipy.Close(expected[i][0], Tails.Normal(x / 4), 1e-9);
            Scipy.Close(expected[i][1], Tails.ChiSquared(x, a), 1e-9);
            Scipy.Close(expected[i][2], Tails.F(x, a, b), 1e-9);
        }
    }

    [Fact]
    public void Ends()
    {
        Assert.Equal(1, Tails.ChiSquared(0, 3));
        Assert.Equal(1, Tails.F(0, 3, 4));
        Assert.Equal(0, Tails.F(double.PositiveInfinity, 3, 4));
        Assert.Equal(double.NaN, Tails.F(double.NaN, 3, 4));
        Assert.Equal(0.5, Tails.Normal(0));
    }
}
