using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>Kendall's τ-b: how far two rankings agree, from −1 (reversed) to 1 (the same).</summary>
public static class KendallTau
{
    /// <summary>Compares two rankings.</summary>
    /// <remarks><c>τ_b = (C − D) / sqrt((P − T_x)(P − T_y))</c> with C concordant and D discordant among P pairs, T_x and T_y of them tied in
    /// either.</remarks>
    /// <param name="first">A number for each method.</param>
    /// <param name="second">Another one for each.</param>
    /// <returns>The coefficient; NaN when one ranking is tied throughout.</returns>
    [Reference(ReferenceKind.Statistic, "kendall", "Kendall's τ-b", Formula = "(C − D) / sqrt((P − T_x)(P − T_y))",
        Source = "Kendall 1945, doi 10.1093/biomet/33.3.239", Test = "RankStabilityTests")]
    public static double Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"The rankings have {first.Length} and {second.Length} members.", nameof(second));
        long agreement = 0, differing1 = 0, differing2 = 0;
        for (var i = 0; i < first.Length; i++)
            for (var j = 0; j < i; j++)
            {
                var (x, y) = (first[i].CompareTo(first[j]), second[i].CompareTo(second[j]));
                agreement += Math.Sign(x) * Math.Sign(y);
                differing1 += x != 0 ? 1 : 0;
                differing2 += y != 0 ? 1 : 0;
            }

        return agreement / Math.Sqrt((double)differing1 * differing2);
    }
}
