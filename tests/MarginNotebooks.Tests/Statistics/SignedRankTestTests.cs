using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class SignedRankTestTests
{
    private static readonly Alternative[] s_alternatives = [Alternative.TwoSided, Alternative.Greater, Alternative.Less];

    [Fact]
    public void Exact_p_values_equal_scipys_without_ties()
    {
        var random = new Random(1);
        var questions = (from n in new[] { 1, 2, 5, 9, 17, 30, 45 }
                         from alternative in s_alternatives
                         select (x: Draw(random, n), y: Draw(random, n), alternative)).ToArray();
        var expected = Scipy.Evaluate(
            "list(stats.wilcoxon(x, y, alternative=alternative, mode='exact'))",
            questions.Select(q => new { q.x, q.y, alternative = Name(q.alternative) }));
        for (var i = 0; i < questions.Length; i++)
        {
            var (x, y, alternative) = questions[i];
            var result = SignedRankTest.Of(x, y, SignedRankOptions.Default with { Alternative = alternative });
            Assert.True(result.IsExact);
            Assert.Equal(expected[i][0], alternative == Alternative.TwoSided ? result.W : result.Positive);
            Scipy.Close(expected[i][1], result.PValue, 1e-10);
        }
    }

    [Theory]
    [InlineData(ZeroDifferences.Wilcoxon, "wilcox")]
    [InlineData(ZeroDifferences.Pratt, "pratt")]
    public void The_approximation_equals_scipys_with_ties_and_zeros(ZeroDifferences zeros, string name)
    {
        var random = new Random(2);
        var questions = (from n in new[] { 12, 25, 60, 250 }
                         from alternative in s_alternatives
                         from levels in new[] { 6, 1000000 }
                         select (x: Levels(random, n, levels), y: Levels(random, n, levels), alternative)).ToArray();
        var expected = Scipy.Evaluate(
            $"list(stats.wilcoxon(x, y, zero_method='{name}', correction=True, alternative=alternative, mode='approx'))",
            questions.Select(q => new { q.x, q.y, alternative = Name(q.alternative) }));
        for (var i = 0; i < questions.Length; i++)
        {
            var (x, y, alternative) = questions[i];
            var result = SignedRankTest.Of(x, y, new SignedRankOptions(zeros, alternative, MostExact: 0));
            Assert.False(result.IsExact);
            Assert.Equal(expected[i][0], alternative == Alternative.TwoSided ? result.W : result.Positive);
            // SciPy's z passes the null's mean by ½ when W lies closer to it than that; p is 1 there.
            Scipy.Close(Math.Min(1, expected[i][1]), result.PValue, 1e-9, Math.Abs(result.Positive - result.Negative) < 1 ? 1 : 0);
        }
    }

    [Theory]
    [InlineData(ZeroDifferences.Wilcoxon)]
    [InlineData(ZeroDifferences.Pratt)]
    public void Exact_p_values_equal_full_enumeration_with_ties_and_zeros(ZeroDifferences zeros)
    {
        var random = new Random(3);
        for (var trial = 0; trial < 200; trial++)
        {
            double[] d = [.. Enumerable.Range(0, 1 + trial % 6).Select(_ => (double)random.Next(-3, 4))];
            double[] kept = zeros == ZeroDifferences.Pratt ? d : [.. d.Where(value => value != 0)];
            var ranks = Ranks.Of([.. kept.Select(Math.Abs)]).Where((_, i) => kept[i] != 0).ToArray();
            var observed = Ranks.Of([.. kept.Select(Math.Abs)]).Where((_, i) => kept[i] > 0).Sum();
            var sums = Enumerable.Range(0, 1 << ranks.Length)
                .Select(signs => ranks.Where((_, i) => (signs >> i & 1) != 0).Sum()).ToArray();
            var less = sums.Count(sum => sum <= observed) / (double)sums.Length;
            var greater = sums.Count(sum => sum >= observed) / (double)sums.Length;
            foreach (var alternative in s_alternatives)
            {
                var expected = alternative switch
                {
                    Alternative.Less => less,
                    Alternative.Greater => greater,
                    _ => Math.Min(1, 2 * Math.Min(less, greater)),
                };
                Assert.Equal(expected, SignedRankTest.Of(d, new double[d.Length], new SignedRankOptions(zeros, alternative)).PValue, 1e-12);
            }
        }
    }

    [Fact]
    public void Exact_and_approximate_agree_for_many_pairs()
    {
        var random = new Random(4);
        var (x, y) = (Levels(random, 190, 40), Levels(random, 190, 40));
        var exact = SignedRankTest.Of(x, y);
        var approximate = SignedRankTest.Of(x, y, SignedRankOptions.Default with { MostExact = 10 });
        Assert.True(exact.IsExact && !approximate.IsExact);
        Assert.Equal(exact.PValue, approximate.PValue, 2e-3);
    }

    [Fact]
    public void Under_the_null_hypothesis_five_percent_are_rejected()
    {
        var random = new Random(5);
        const int Trials = 4000;
        int rejected = 0, tied = 0;
        for (var t = 0; t < Trials; t++)
        {
            rejected += SignedRankTest.Of(Draw(random, 30), Draw(random, 30)).PValue <= 0.05 ? 1 : 0;
            tied += SignedRankTest.Of(Levels(random, 30, 5), Levels(random, 30, 5)).PValue <= 0.05 ? 1 : 0;
        }

        // Exact tests reject at most 5 %, and with 30 pairs nearly as much; 3.5 standard errors.
        var slack = 3.5 * Math.Sqrt(0.05 * 0.95 / Trials);
        Assert.InRange(rejected / (double)Trials, 0.0488 - slack, 0.05 + slack);
        Assert.InRange(tied / (double)Trials, 0.045 - slack, 0.05 + slack);
    }

    [Fact]
    public void Order_of_cases_changes_nothing_and_swapping_turns_the_signs()
    {
        var random = new Random(6);
        var (x, y) = (Levels(random, 40, 15), Levels(random, 40, 15));
        var result = SignedRankTest.Of(x, y);
        var order = Enumerable.Range(0, 40).ToArray();
        random.Shuffle(order);
        Assert.Equal(result, SignedRankTest.Of([.. order.Select(i => x[i])], [.. order.Select(i => y[i])]));
        var swapped = SignedRankTest.Of(y, x);
        Assert.Equal(result.PValue, swapped.PValue, 1e-14);
        Assert.Equal(
            (-result.MedianDifference, -result.HodgesLehmann, -result.RankBiserial),
            (swapped.MedianDifference, swapped.HodgesLehmann, swapped.RankBiserial));
    }

    [Fact]
    public void Effect_sizes_equal_numpys()
    {
        var random = new Random(7);
        var questions = new[] { 1, 2, 7, 20 }.Select(n => (x: Draw(random, n), y: Levels(random, n, 3))).ToArray();
        var expected = Scipy.Evaluate(
            "[np.median(x - y), np.median([(a + b) / 2 for i, a in enumerate(x - y) for b in (x - y)[i:]]), "
            + "(lambda d, r: (r[d > 0].sum() - r[d < 0].sum()) / r.sum())(x - y, stats.rankdata(abs(x - y)))]",
            questions.Select(q => new { q.x, q.y }));
        for (var i = 0; i < questions.Length; i++)
        {
            var result = SignedRankTest.Of(questions[i].x, questions[i].y);
            Assert.Equal(expected[i][0], result.MedianDifference, 1e-12);
            Assert.Equal(expected[i][1], result.HodgesLehmann, 1e-12);
            Assert.Equal(expected[i][2], result.RankBiserial, 1e-12);
        }
    }

    [Fact]
    public void NaN_pairs_are_left_out_and_counted_and_infinite_ones_kept()
    {
        double[] x = [1, 2, double.NaN, 4, double.PositiveInfinity, double.PositiveInfinity, 3];
        double[] y = [0, 2, 1, double.NaN, 1, double.PositiveInfinity, 5];
        var result = SignedRankTest.Of(x, y);
        // Left: 1, 0, ∞, −2; ranks of 1, 2, ∞ are 1, 2, 3.
        Assert.Equal((4, 1, 3), (result.Pairs, result.Zeros, result.Excluded));
        Assert.Equal((4, 2), (result.Positive, result.Negative));
        Assert.Equal(0.5, result.MedianDifference);
        Assert.Equal(1, SignedRankTest.Of([1, double.PositiveInfinity, double.PositiveInfinity, 1, 1], [0, 0, 0, 1, 0]).MedianDifference);
    }

    [Fact]
    public void Nothing_to_compare()
    {
        Assert.Equal(double.NaN, SignedRankTest.Of([], []).PValue);
        Assert.Equal(double.NaN, SignedRankTest.Of([double.NaN], [1]).PValue);
        var same = SignedRankTest.Of([1, 2, 3], [1, 2, 3]);
        Assert.Equal((1.0, 0.0, 3), (same.PValue, same.RankBiserial, same.Zeros));
        Assert.Contains("2 first and 1 second", Assert.Throws<ArgumentException>(() => SignedRankTest.Of([1, 2], [1])).Message);
    }

    private static string Name(Alternative alternative) => alternative switch
    {
        Alternative.Greater => "greater",
        Alternative.Less => "less",
        _ => "two-sided",
    };

    private static double[] Draw(Random random, int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())];

    private static double[] Levels(Random random, int n, int levels) => [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(levels))];
}
