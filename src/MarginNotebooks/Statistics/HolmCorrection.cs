using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>Holm's step-down correction: the chance of one or more false rejections among all tests stays below α.</summary>
/// <remarks>
/// With the p-values in rising order, <c>p̃_i = max over j ≤ i of min(1, (m − j + 1)·p_j)</c>; reject where <c>p̃ ≤ α</c>. Holds whatever the
/// dependence between tests, and never rejects less than Bonferroni. Source: Holm, A simple sequentially rejective multiple test procedure,
/// Scandinavian Journal of Statistics 6 (1979).
/// </remarks>
public static class HolmCorrection
{
    /// <summary>Adjusted p-values.</summary>
    /// <param name="pValues">One for each test; NaN for a test that could not be made, which is not counted among the m.</param>
    /// <returns>Adjusted p-values in the same order.</returns>
    /// <exception cref="ArgumentException">A value is not in [0, 1].</exception>
    [Reference(ReferenceKind.Statistic, "holm", "Holm's correction", Formula = "p̃_(i) = max_{j≤i} min(1, (m − j + 1)·p_(j))",
        Source = "Holm 1979, Scandinavian Journal of Statistics 6:65–70", Test = "HolmCorrectionTests")]
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        foreach (var p in pValues)
            if (p is < 0 or > 1)
                throw new ArgumentException($"{p} is no p-value: it must lie in [0, 1].", nameof(pValues));
        var order = Enumerable.Range(0, pValues.Count).Where(i => !double.IsNaN(pValues[i])).OrderBy(i => pValues[i]).ToArray();
        var adjusted = Enumerable.Repeat(double.NaN, pValues.Count).ToArray();
        double largest = 0;
        for (var i = 0; i < order.Length; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - i) * pValues[order[i]]));
            adjusted[order[i]] = largest;
        }

        return adjusted;
    }
}
