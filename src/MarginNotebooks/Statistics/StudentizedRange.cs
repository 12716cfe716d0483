using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>The studentised range with infinitely many degrees of freedom: the range of k independent standard normal numbers.</summary>
/// <remarks>
/// <c>P(Q ≤ q) = k ∫ φ(z)·[Φ(z) − Φ(z − q)]^(k−1) dz</c>: z is the largest number, the k − 1 others lie within q below it. The trapezoidal
/// rule on an equal grid converges exponentially for such integrands; the upper tail is integrated by itself, so that small
/// probabilities keep their digits. No table is used. Source: Tukey 1953; the formula e.g. in Lund &amp; Lund 1983 (Applied Statistics
/// 32, AS 190).
/// </remarks>
public static class StudentizedRange
{
    private const double Step = 1.0 / 32;
    private const double End = 10;

    /// <summary><c>P(Q ≥ q)</c>.</summary>
    /// <param name="q">The range.</param>
    /// <param name="groups">Number k of means compared, from 2.</param>
    /// <returns>A probability, with digits down to 1e-190.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two groups.</exception>
    [Reference(ReferenceKind.Statistic, "studentized-range", "Studentised range, infinite degrees of freedom",
        Formula = "P(Q ≤ q) = k ∫ φ(z) [Φ(z) − Φ(z − q)]^(k−1) dz", Source = "Lund & Lund 1983, doi 10.2307/2347300",
        Test = "StudentizedRangeTests", Note = "By quadrature; the distribution behind the Nemenyi test.")]
    public static double Survival(double q, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 2);
        if (double.IsNaN(q))
            return double.NaN;
        if (q <= 0)
            return 1;
        // The largest lies where φ is not nothing; the tail's weight moves to q/2 for a large q.
        double sum = 0;
        var to = End + q / 2;
        for (var z = -End; z <= to; z += Step)
        {
            var below = Tails.Normal(-z); // Φ(z)
            if (below == 0)
                continue;
            var share = Tails.Normal(q - z) / below; // of the others, those that lie further than q below the largest
            sum += Math.Exp(-z * z / 2) * Math.Pow(below, groups - 1) * Any(share, groups - 1);
        }

        return Math.Min(1, groups * sum * Step / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>The q that the range reaches or exceeds with probability <paramref name="alpha"/>.</summary>
    /// <param name="alpha">Probability in the upper tail, between 0 and 1.</param>
    /// <param name="groups">Number k of means compared, from 2.</param>
    /// <returns>The critical value, found by bisection.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not between 0 and 1, or there are fewer than two
    /// groups.</exception>
    public static double Critical(double alpha, int groups)
    {
        if (!(alpha > 0 && alpha < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The tail's probability must lie between 0 and 1.");
        var (low, high) = (0.0, 1.0);
        while (Survival(high, groups) > alpha)
            (low, high) = (high, 2 * high);
        while (high - low > 1e-13 * high)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high)
                break;
            (low, high) = Survival(middle, groups) > alpha ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    // 1 − (1 − r)^m = r·Σ (1 − r)^i, i < m: no cancellation for a small r.
    private static double Any(double r, int m)
    {
        double sum = 0;
        for (var i = 0; i < m; i++)
            sum = 1 + (1 - r) * sum;
        return r * sum;
    }
}
