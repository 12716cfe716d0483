namespace MarginNotebooks.Metrics;

/// <summary>Quantiles with linear interpolation between order statistics, as numpy's default.</summary>
internal static class Quantiles
{
    /// <summary>The quantile of values in any order; NaN without values. Sorts the array in place.</summary>
    internal static double Of(double[] values, double probability)
    {
        Array.Sort(values);
        return OfSorted(values, probability);
    }

    internal static double OfSorted(double[] sorted, double probability)
    {
        if (sorted.Length == 0)
            return double.NaN;
        var at = probability * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
