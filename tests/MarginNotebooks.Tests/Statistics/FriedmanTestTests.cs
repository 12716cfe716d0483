using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class FriedmanTestTests
{
    [Fact]
    public void Equals_scipy_with_and_without_ties()
    {
        var random = new Random(1);
        var questions = (from n in new[] { 2, 5, 20, 80 }
                         from k in new[] { 3, 4, 9 }
                         from levels in new[] { 3, 1000000 }
                         select Matrices.Random(random, n, k, levels)).ToArray();
        var expected = Scipy.Evaluate(
            "(lambda f, n, k: [*f, *np.mean([stats.rankdata(row) for row in x], axis=0), (n - 1) * f[0] / (n * (k - 1) - f[0]), "
            + "stats.f.sf((n - 1) * f[0] / (n * (k - 1) - f[0]), k - 1, (k - 1) * (n - 1))])(stats.friedmanchisquare(*x.T), *x.shape)",
            questions.Select(values => new { x = values }));
        for (var i = 0; i < questions.Length; i++)
        {
            var test = FriedmanTest.Of(Matrices.Of(questions[i]));
            Scipy.Close(expected[i][0], test.ChiSquared, 1e-9, 1e-9);
            Scipy.Close(expected[i][1], test.PValue, 1e-9);
            for (var m = 0; m < test.Methods.Count; m++)
                Assert.Equal(expected[i][2 + m], test.AverageRanks[m], 1e-12);
            Scipy.Close(expected[i][^2], test.F, 1e-8, 1e-9);
            Scipy.Close(expected[i][^1], test.FPValue, 1e-8);
        }
    }

    [Fact]
    public void Under_the_null_hypothesis_five_percent_are_rejected()
    {
        var random = new Random(2);
        const int Trials = 3000;
        int chi = 0, f = 0;
        for (var t = 0; t < Trials; t++)
        {
            var test = FriedmanTest.Of(Matrices.Of(Matrices.Random(random, 40, 5, 1000000)));
            chi += test.PValue <= 0.05 ? 1 : 0;
            f += test.FPValue <= 0.05 ? 1 : 0;
        }

        // Both are approximations, good to half a percent at 40 cases.
        var slack = 0.005 + 3.5 * Math.Sqrt(0.05 * 0.95 / Trials);
        Assert.InRange(chi / (double)Trials, 0.05 - slack, 0.05 + slack);
        Assert.InRange(f / (double)Trials, 0.05 - slack, 0.05 + slack);
    }

    [Fact]
    public void Order_of_cases_changes_nothing_and_direction_turns_the_ranks()
    {
        var random = new Random(3);
        var values = Matrices.Random(random, 20, 4, 6);
        var test = FriedmanTest.Of(Matrices.Of(values));
        double[][] shuffled = [.. values];
        random.Shuffle(shuffled);
        var again = FriedmanTest.Of(Matrices.Of(shuffled));
        Assert.Equal(test.ChiSquared, again.ChiSquared, 1e-12);
        var turned = FriedmanTest.Of(Matrices.Of(values, higherIsBetter: true));
        Assert.Equal(test.AverageRanks.Select(rank => 5 - rank), turned.AverageRanks, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(test.ChiSquared, turned.ChiSquared, 1e-10);
    }

    [Fact]
    public void Extremes()
    {
        var alike = FriedmanTest.Of(Matrices.Of([[1, 1, 1], [2, 2, 2]]));
        Assert.Equal((0, 1, 1), (alike.ChiSquared, alike.PValue, alike.FPValue));
        var perfect = FriedmanTest.Of(Matrices.Of([[1, 2, 3], [1, 2, 3], [4, 5, 6]]));
        Assert.Equal(6, perfect.ChiSquared, 1e-12);
        Assert.Equal((double.PositiveInfinity, 0), (perfect.F, perfect.FPValue));
        Assert.Equal([1, 2, 3], perfect.AverageRanks);
    }

    [Fact]
    public void Cases_without_a_value_are_left_out_and_counted()
    {
        var test = FriedmanTest.Of(Matrices.Of([[1, 2, 3], [1, double.NaN, 0], [2, 1, 3]]));
        Assert.Equal((2, 1), (test.Cases, test.Excluded));
        Assert.Equal([1.5, 1.5, 3], test.AverageRanks);
        Assert.Contains("'dsc'", Assert.Throws<ArgumentException>(() => FriedmanTest.Of(Matrices.Of([[1, double.NaN]]))).Message);
    }
}
