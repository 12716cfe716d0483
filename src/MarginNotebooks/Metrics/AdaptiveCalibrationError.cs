namespace MarginNotebooks.Metrics;

/// <summary>Adaptive (equal-mass) expected calibration error, from individual confidences.</summary>
/// <remarks>
/// <c>AECE = Σ_b (n_b/n)·|acc_b − conf_b|</c> over bins chosen so that each holds about n/K pixels. The two rules differ in where bins end.
/// For streamed pixels use <see cref="ConfidenceSketch"/>, which applies the sound rule to a fine histogram.
/// </remarks>
public static class AdaptiveCalibrationError
{
    /// <summary>Sound rule: pixels of equal confidence stay together, every pixel counts, the order of the pixels does not
    /// matter.</summary>
    /// <remarks>
    /// Confidences are sorted and grouped by value; a group goes as a whole to bin <c>⌊K·(c + g/2)/n⌋</c>, where c pixels lie below it
    /// and g in it. With all confidences equal this is one bin, and the result |accuracy − confidence|.
    /// </remarks>
    /// <param name="confidence">Confidence of each pixel.</param>
    /// <param name="correct">Whether each pixel was right.</param>
    /// <param name="bins">Number of bins K.</param>
    /// <returns>A number in [0, 1], NaN without pixels.</returns>
    public static double Sound(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> correct, int bins)
    {
        var (sorted, right) = Sorted(confidence, correct);
        var mass = new EqualMassBins(bins, sorted.Length);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            long hits = 0;
            for (end = start; end < sorted.Length && sorted[end] == sorted[start]; end++)
                hits += right[end] ? 1 : 0;
            mass.AddGroup(end - start, (double)sorted[start] * (end - start), hits);
        }

        return CalibrationErrors.Expected(mass.Sums);
    }

    /// <summary>Authors' rule (AdaptiveECELoss): edges interpolated on the sorted confidences at positions <c>n·i/K</c>, bins (lower,
    /// upper].</summary>
    /// <remarks>
    /// The first edge is the smallest confidence and the test is strict, so the least confident pixels are left out of every bin while n
    /// still counts them; the last positions lie beyond the array, so the last bin is narrower; equal confidences give 0 even if all are
    /// wrong.
    /// </remarks>
    /// <param name="confidence">Confidence of each pixel.</param>
    /// <param name="correct">Whether each pixel was right.</param>
    /// <param name="bins">Number of bins K.</param>
    /// <returns>A number in [0, 1], NaN without pixels (where the original raises).</returns>
    public static double Authors(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> correct, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (sorted, right) = Sorted(confidence, correct);
        var n = sorted.Length;
        if (n == 0)
            return double.NaN;
        var sums = new BinSums(bins);
        var position = 0;
        var lower = Edge(sorted, 0, bins);
        while (position < n && sorted[position] <= lower)
            position++;
        for (var b = 0; b < bins; b++)
            for (var upper = Edge(sorted, b + 1, bins); position < n && sorted[position] <= upper; position++)
                sums.AddPixel(b, sorted[position], right[position]);
        return CalibrationErrors.Expected(sums, n);
    }

    // The original's edge is a double (linear interpolation at n·i/K, clamped to the last position); libtorch rounds it to float32 to
    // compare.
    private static float Edge(float[] sorted, int i, int bins)
    {
        var n = sorted.Length;
        var at = i == bins ? n : (double)n / bins * i;
        if (at >= n - 1)
            return sorted[n - 1];
        var floor = (int)at;
        return (float)(((double)sorted[floor + 1] - sorted[floor]) * (at - floor) + sorted[floor]);
    }

    private static (float[] Confidence, bool[] Correct) Sorted(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> correct)
    {
        if (confidence.Length != correct.Length)
            throw new ArgumentException(
                $"There are {confidence.Length} confidences but {correct.Length} correctness values.", nameof(correct));
        var keys = confidence.ToArray();
        var values = correct.ToArray();
        Array.Sort(keys, values);
        return (keys, values);
    }
}
