using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>One method against a control, after Friedman's test.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="RankDifference">Its average rank minus the control's; negative when it is better.</param>
/// <param name="Z">The difference in standard errors.</param>
/// <param name="PValue">Two-sided p-value by the normal distribution.</param>
/// <param name="Adjusted">The p-value after Holm's correction.</param>
public sealed record ControlComparison(string Method, double RankDifference, double Z, double PValue, double Adjusted);

/// <summary>Which methods differ, once Friedman's test has said that some do.</summary>
/// <remarks>
/// Both compare average ranks, in units of <c>sqrt(k(k+1)/(6n))</c>. Nemenyi: all pairs, against the studentised range over √2. Control:
/// k − 1 comparisons against the normal distribution with Holm's correction, which finds more. Source: Demšar, Statistical comparisons of
/// classifiers over multiple data sets, JMLR 7 (2006), section 3.2.2; Nemenyi, thesis, Princeton 1963.
/// </remarks>
public static class PostHoc
{
    /// <summary>Nemenyi's p-values of all pairs.</summary>
    /// <param name="friedman">The ranks.</param>
    /// <returns>A symmetric table in the methods' order, 1 on the diagonal.</returns>
    [Reference(ReferenceKind.Statistic, "nemenyi", "Nemenyi test", Formula = "P(Q ≥ √2·|R_i − R_j| / sqrt(k(k+1)/(6n)))",
        Source = "Nemenyi 1963; Demšar 2006, JMLR 7:1–30", Test = "PostHocTests", Note = "Adjusted for all pairs already.")]
    public static double[,] Nemenyi(FriedmanTest friedman)
    {
        var k = friedman.Methods.Count;
        var p = new double[k, k];
        for (var i = 0; i < k; i++)
            for (var j = 0; j < k; j++)
                p[i, j] = i == j ? 1 : StudentizedRange.Survival(
                    Math.Sqrt(2) * Math.Abs(friedman.AverageRanks[i] - friedman.AverageRanks[j]) / friedman.RankError, k);
        return p;
    }

    /// <summary>Every method against a control.</summary>
    /// <param name="friedman">The ranks.</param>
    /// <param name="control">Name of the control, for example that of cross-entropy.</param>
    /// <returns>A comparison for each other method.</returns>
    /// <exception cref="ArgumentException">There is no method of that name.</exception>
    [Reference(ReferenceKind.Statistic, "friedman-control", "Comparison of average ranks with a control, Holm's correction",
        Formula = "z = (R_i − R_0) / sqrt(k(k+1)/(6n))", Source = "Demšar 2006, JMLR 7:1–30", Test = "PostHocTests")]
    public static IReadOnlyList<ControlComparison> AgainstControl(FriedmanTest friedman, string control)
    {
        var at = friedman.Methods.ToList().IndexOf(control);
        if (at < 0)
            throw new ArgumentException($"There is no method '{control}'; there are {string.Join(", ", friedman.Methods)}.", nameof(control));
        var others = Enumerable.Range(0, friedman.Methods.Count).Where(m => m != at).ToArray();
        double[] differences = [.. others.Select(m => friedman.AverageRanks[m] - friedman.AverageRanks[at])];
        double[] p = [.. differences.Select(difference => 2 * Tails.Normal(Math.Abs(difference) / friedman.RankError))];
        var adjusted = HolmCorrection.Adjust(p);
        return [.. others.Select((m, i) =>
            new ControlComparison(friedman.Methods[m], differences[i], differences[i] / friedman.RankError, p[i], adjusted[i]))];
    }
}
