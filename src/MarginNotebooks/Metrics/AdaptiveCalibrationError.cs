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
        var ranked = new uint[Paired(confidence, correct)];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = Rank(confidence[i], correct[i]);
        RadixSort.Sort(ranked);
        var mass = new EqualMassBins(bins, ranked.Length);
        for (int start = 0, end; start < ranked.Length; start = end)
        {
            long hits = 0;
            for (end = start; end < ranked.Length && ranked[end] >> 1 == ranked[start] >> 1; end++)
                hits += ranked[end] & 1;
            mass.AddGroup(end - start, (double)Confidence(ranked[start]) * (end - start), hits);
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
        var ranked = new uint[Paired(confidence, correct)];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = Rank(confidence[i], correct[i]);
        return AuthorsOfRanked(ranked, bins);
    }

    /// <summary>Confidence and correctness in one number that sorts as the confidence does.</summary>
    internal static uint Rank(float confidence, bool correct) =>
        (BitConverter.SingleToUInt32Bits(confidence) << 1) | (correct ? 1u : 0u);

    /// <summary>The authors' rule for the results of <see cref="Rank"/>, which it sorts in place.</summary>
    internal static double AuthorsOfRanked(uint[] ranked, int bins)
    {
        var n = ranked.Length;
        if (n == 0)
            return double.NaN;
        RadixSort.Sort(ranked);
        var sums = new BinSums(bins);
        var position = 0;
        var lower = Edge(ranked, 0, bins);
        while (position < n && Confidence(ranked[position]) <= lower)
            position++;
        for (var b = 0; b < bins; b++)
            for (var upper = Edge(ranked, b + 1, bins); position < n && Confidence(ranked[position]) <= upper; position++)
                sums.AddPixel(b, Confidence(ranked[position]), (ranked[position] & 1) != 0);
        return CalibrationErrors.Expected(sums, n);
    }

    private static float Confidence(uint rank) => BitConverter.UInt32BitsToSingle(rank >> 1);

    // The original's edge is a double (linear interpolation at n·i/K, clamped to the last position); libtorch rounds it to float32 to
    // compare.
    private static float Edge(uint[] ranked, int i, int bins)
    {
        var n = ranked.Length;
        var at = i == bins ? n : (double)n / bins * i;
        if (at >= n - 1)
            return Confidence(ranked[n - 1]);
        var floor = (int)at;
        double below = Confidence(ranked[floor]);
        return (float)((Confidence(ranked[floor + 1]) - below) * (at - floor) + below);
    }

    private static int Paired(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> correct) => confidence.Length == correct.Length
        ? confidence.Length
        : throw new ArgumentException(
            $"There are {confidence.Length} confidences but {correct.Length} correctness values.", nameof(correct));
}
