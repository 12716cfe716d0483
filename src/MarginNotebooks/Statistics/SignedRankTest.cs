using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>Result of a paired signed-rank test.</summary>
/// <param name="PValue">The p-value; NaN without a pair.</param>
/// <param name="Positive">Sum W⁺ of the ranks of positive differences.</param>
/// <param name="Negative">Sum W⁻ of the ranks of negative differences.</param>
/// <param name="Pairs">Pairs compared, zeros included.</param>
/// <param name="Zeros">Pairs that do not differ.</param>
/// <param name="Excluded">Pairs left out because a value is NaN, or both are the same infinity.</param>
/// <param name="IsExact">Whether the p-value is exact; false for the normal approximation.</param>
/// <param name="MedianDifference">Median of the differences, first minus second.</param>
/// <param name="HodgesLehmann">Hodges–Lehmann estimate of the shift: the median of the means of all pairs of differences.</param>
/// <param name="RankBiserial">Matched-pairs rank-biserial correlation <c>(W⁺ − W⁻) / (W⁺ + W⁻)</c> in [−1, 1]; 0 when nothing
/// differs.</param>
public sealed record SignedRankResult(
    double PValue, double Positive, double Negative, int Pairs, int Zeros, int Excluded, bool IsExact, double MedianDifference,
    double HodgesLehmann, double RankBiserial)
{
    /// <summary>The statistic of tables and of two-sided tests: the smaller rank sum.</summary>
    public double W => Math.Min(Positive, Negative);
}

/// <summary>Wilcoxon's signed-rank test for pairs: do two methods differ on the same cases?</summary>
/// <remarks>
/// <para>
/// Under the null hypothesis each difference has either sign with probability ½. The exact p-value counts the sign patterns of the
/// observed ranks, ties and all (a permutation test given the ranks), by adding one rank after another to the distribution of W⁺. Above
/// <see cref="SignedRankOptions.MostExact"/> pairs, <c>z = (W⁺ − μ ∓ ½)/σ</c> with <c>μ = n(n+1)/4</c> and
/// <c>σ² = n(n+1)(2n+1)/24 − Σ(t³ − t)/48</c>; Pratt's rule takes the zeros' part off both. A two-sided exact p-value is twice the smaller
/// tail.
/// </para>
/// <para>
/// Pairs must be independent: of several volumes of one patient, compare their mean. Sources: Wilcoxon, Biometrics Bulletin 1 (1945);
/// Pratt, JASA 54 (1959); Hodges &amp; Lehmann, Annals of Mathematical Statistics 34 (1963); Kerby, doi 10.2466/11.IT.3.1.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Statistic, "wilcoxon", "Wilcoxon signed-rank test", Formula = "W⁺ = Σ rank|d_i| over d_i > 0",
    Source = "Wilcoxon 1945, doi 10.2307/3001968; Pratt 1959, doi 10.2307/2282543", Test = "SignedRankTestTests",
    Note = "Exact up to 200 differing pairs, ties included; then normal with corrections for ties and continuity.")]
[Reference(ReferenceKind.Statistic, "hodges-lehmann", "Hodges–Lehmann estimate of a paired shift",
    Formula = "median of (d_i + d_j)/2 over i ≤ j", Source = "Hodges & Lehmann 1963, doi 10.1214/aoms/1177704172", Test = "SignedRankTestTests")]
[Reference(ReferenceKind.Statistic, "rank-biserial", "Matched-pairs rank-biserial correlation", Formula = "(W⁺ − W⁻) / (W⁺ + W⁻)",
    Source = "Kerby 2014, doi 10.2466/11.IT.3.1", Test = "SignedRankTestTests")]
public static class SignedRankTest
{
    /// <summary>Tests paired values.</summary>
    /// <param name="first">Values of one method.</param>
    /// <param name="second">Values of the other on the same cases, in the same order.</param>
    /// <param name="options">How; null for <see cref="SignedRankOptions.Default"/>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static SignedRankResult Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, SignedRankOptions? options = null)
    {
        if (first.Length != second.Length)
            throw new ArgumentException(
                $"There are {first.Length} first and {second.Length} second values; pairs need as many.", nameof(second));
        options ??= SignedRankOptions.Default;
        var all = new double[first.Length];
        for (var i = 0; i < all.Length; i++)
            all[i] = first[i] - second[i];
        double[] differences = [.. all.Where(d => !double.IsNaN(d))];
        var zeros = differences.Count(d => d == 0);
        double[] ranked = options.Zeros == ZeroDifferences.Pratt ? differences : [.. differences.Where(d => d != 0)];
        double[] sizes = [.. ranked.Select(Math.Abs)];
        var ranks = Ranks.Of(sizes);
        double positive = 0, negative = 0;
        for (var i = 0; i < ranked.Length; i++)
        {
            positive += ranked[i] > 0 ? ranks[i] : 0;
            negative += ranked[i] < 0 ? ranks[i] : 0;
        }

        var moving = ranks.Where((_, i) => ranked[i] != 0).ToArray();
        var exact = moving.Length <= options.MostExact;
        var p = differences.Length == 0 ? double.NaN
            : moving.Length == 0 ? 1
            : exact ? Exact(moving, positive, options.Alternative)
            : Approximate(ranked.Length, positive, zeros, sizes, options);
        var total = positive + negative;
        return new SignedRankResult(
            p, positive, negative, differences.Length, zeros, all.Length - differences.Length, exact,
            Median([.. differences]), HodgesLehmann(differences), total > 0 ? (positive - negative) / total : 0);
    }

    /// <summary>The median of the means of all pairs of differences, each with itself included.</summary>
    /// <param name="differences">The differences.</param>
    /// <returns>The estimate; NaN without differences.</returns>
    public static double HodgesLehmann(ReadOnlySpan<double> differences)
    {
        var n = differences.Length;
        var means = new double[n * (n + 1) / 2];
        for (int i = 0, at = 0; i < n; i++)
            for (var j = i; j < n; j++)
                means[at++] = (differences[i] + differences[j]) / 2;
        return Median(means);
    }

    // The mean of the two in the middle only where there are two: an infinite neighbour must not make a NaN.
    private static double Median(double[] values)
    {
        Array.Sort(values); // NaN (∞ with −∞) comes first
        var n = values.Length;
        return n == 0 || double.IsNaN(values[0]) ? double.NaN : n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
    }

    private static double Exact(double[] ranks, double positive, Alternative alternative)
    {
        // Ranks are whole or half: twice them are whole numbers. Probability of each sum, one rank after another.
        int[] twice = [.. ranks.Select(rank => (int)Math.Round(2 * rank))];
        var chance = new double[twice.Sum() + 1];
        chance[0] = 1;
        var reach = 0;
        foreach (var step in twice)
        {
            reach += step;
            for (var sum = reach; sum >= 0; sum--)
                chance[sum] = (chance[sum] + (sum >= step ? chance[sum - step] : 0)) / 2;
        }

        var at = (int)Math.Round(2 * positive);
        // From the small end, so that a small tail keeps its digits; the distribution is symmetric.
        double UpTo(int last) => chance.AsSpan(0, last + 1).ToArray().Sum();
        var (less, greater) = (UpTo(at), UpTo(reach - at));
        return Math.Min(1, alternative switch
        {
            Alternative.Greater => greater,
            Alternative.Less => less,
            _ => 2 * Math.Min(less, greater),
        });
    }

    private static double Approximate(int n, double positive, int zeros, double[] sizes, SignedRankOptions options)
    {
        double mean = n * (n + 1.0) / 4, variance = n * (n + 1.0) * (2 * n + 1.0) / 24;
        if (options.Zeros == ZeroDifferences.Pratt)
        {
            mean -= zeros * (zeros + 1.0) / 4;
            variance -= zeros * (zeros + 1.0) * (2 * zeros + 1.0) / 24;
        }

        variance -= Ranks.TieTerm([.. sizes.Where(size => size != 0)]) / 48;
        var deviation = Math.Sqrt(variance);
        return options.Alternative switch
        {
            Alternative.Greater => Tails.Normal((positive - mean - 0.5) / deviation),
            Alternative.Less => Tails.Normal((mean - positive - 0.5) / deviation),
            _ => Math.Min(1, 2 * Tails.Normal((Math.Abs(positive - mean) - 0.5) / deviation)),
        };
    }
}
