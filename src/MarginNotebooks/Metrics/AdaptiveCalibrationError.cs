using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Adaptive (equal-mass) expected calibration error, from individual confidences.</summary>
/// <remarks>
/// <c>AECE = Σ_b (n_b/n)·|acc_b − conf_b|</c> over bins chosen so that each holds about n/K pixels. The two rules differ in where bins end.
/// For streamed pixels use <see cref="ConfidenceSketch"/>, which applies the sound rule to a fine histogram.
/// </remarks>
public static class AdaptiveCalibrationError
{
    private const int BesideAnEdge = -2;

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
    [Reference(ReferenceKind.Measure, "aece", "Adaptive ECE, ties never split", Formula = "Σ_b (n_b/n)·|acc_b − conf_b|, equal-mass bins",
        Source = "Nguyen & O'Connor, EMNLP 2015, arXiv 1508.05154; the rule for ties is this kit's", Test = "AdaptiveCalibrationErrorTests")]
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
    [Reference(ReferenceKind.Measure, "aece-authors", "Adaptive ECE as the authors compute it", Formula = "Σ_b (n_b/n)·|acc_b − conf_b|, interpolated edges",
        Source = "Mukhoti et al., NeurIPS 2020, arXiv 2002.09437, AdaptiveECELoss", Test = "AdaptiveCalibrationErrorTests",
        Note = "Stands under aece in results of the authors' protocol.")]
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

    /// <summary>The authors' rule for results of <see cref="Rank"/> in any order: the edges by selection, without sorting all.</summary>
    internal static double AuthorsOfRanked(ReadOnlySpan<uint> ranked, int bins)
    {
        var n = ranked.Length;
        if (n == 0)
            return double.NaN;
        var order = new OrderStatistics(ranked, Enumerable.Range(0, bins + 1).SelectMany(i => Around(n, i, bins)));
        var edges = new float[bins + 1];
        for (var i = 0; i <= bins; i++)
            edges[i] = Edge(order, n, i, bins);
        // Pixels of one cell of the table share their leading bits; only beside an edge the bits below decide.
        var table = new int[OrderStatistics.Cells];
        for (var cell = 0; cell < table.Length; cell++)
        {
            var first = BinOf(OrderStatistics.FirstOf(cell), edges);
            table[cell] = first == BinOf(OrderStatistics.LastOf(cell), edges) ? first : BesideAnEdge;
        }

        // Whole numbers, as in RegionSums: the order of the pixels depends on the threads that brought them.
        var sums = new RegionSums.Table(bins + 1);
        foreach (var rank in ranked)
        {
            var bin = table[OrderStatistics.CellOf(rank)];
            bin = bin == BesideAnEdge ? BinOf(rank, edges) : bin;
            bin = bin < 0 ? bins : bin;
            sums.AddOne(bin, Confidence(rank));
            if ((rank & 1) != 0)
                sums.AddCorrect(bin);
        }

        var result = new BinSums(bins);
        sums.AddTo(result);
        return CalibrationErrors.Expected(result, n);
    }

    // Bins are (lower, upper]; confidences up to the first edge, belong to no bin: -1.
    private static int BinOf(uint rank, float[] edges)
    {
        var confidence = Confidence(rank);
        if (!(confidence > edges[0]))
            return -1;
        for (var b = 1; b < edges.Length; b++)
            if (confidence <= edges[b])
                return b - 1;
        return -1;
    }

    private static float Confidence(uint rank) => BitConverter.UInt32BitsToSingle(rank >> 1);

    // The original's edge is a double (linear interpolation at n·i/K, clamped to the last position); libtorch rounds it to float32 to
    // compare.
    private static float Edge(OrderStatistics order, int n, int i, int bins)
    {
        var at = Position(n, i, bins);
        if (at >= n - 1)
            return Confidence(order[n - 1]);
        var floor = (int)at;
        double below = Confidence(order[floor]);
        return (float)((Confidence(order[floor + 1]) - below) * (at - floor) + below);
    }

    private static double Position(int n, int i, int bins) => i == bins ? n : (double)n / bins * i;

    private static int[] Around(int n, int i, int bins) =>
        Position(n, i, bins) is var at && at >= n - 1 ? [n - 1] : [(int)at, (int)at + 1];

    private static int Paired(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> correct) => confidence.Length == correct.Length
        ? confidence.Length
        : throw new ArgumentException(
            $"There are {confidence.Length} confidences but {correct.Length} correctness values.", nameof(correct));
}
