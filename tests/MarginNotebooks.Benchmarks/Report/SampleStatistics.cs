namespace MarginNotebooks.Benchmarks.Report;

/// <summary>The few statistics that benchmarks need; medians, because one disturbance by another program shall not decide.</summary>
public static class SampleStatistics
{
    /// <summary>Middle value; the mean of the two middle ones when their number is even.</summary>
    /// <param name="values">At least one number, none of them NaN.</param>
    /// <returns>The median.</returns>
    public static double Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            throw new ArgumentException("There are no measurements to take the median of.", nameof(values));
        if (values.Any(double.IsNaN))
            throw new ArgumentException($"A measurement is NaN: {string.Join(", ", values)}.", nameof(values));
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>
    /// Median of the ratios of measurements that were taken in turn: a slow moment of the machine hits both of a pair and drops out.
    /// </summary>
    /// <param name="numerators">Measurements of one thing.</param>
    /// <param name="denominators">Measurements of the other, taken right after; as many.</param>
    /// <returns>Median of <c>numerators[i] / denominators[i]</c>.</returns>
    public static double MedianRatio(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators)
    {
        if (numerators.Count != denominators.Count)
            throw new ArgumentException(
                $"Measurements taken in turn come in pairs, but there are {numerators.Count} and {denominators.Count}.", nameof(denominators));
        if (denominators.Any(value => value <= 0))
            throw new ArgumentException($"A divisor is not positive: {string.Join(", ", denominators)}.", nameof(denominators));
        return Median([.. numerators.Zip(denominators, (n, d) => n / d)]);
    }
}
