namespace MarginNotebooks.Metrics;

/// <summary>A fixed fine histogram of confidences that keeps sums, from which adaptive calibration errors follow without keeping
/// pixels.</summary>
/// <remarks>
/// <para>
/// Cells are fine where trained networks put their mass. With <c>q = 1 − p</c>: for q below 1/16 a cell is a float32 exponent and the
/// first 11 bits of the mantissa of q, at most 2⁻¹⁶ wide; above, cells are 2⁻¹⁵ wide. Float32 confidences above 1 − 2⁻¹² never share a
/// cell unless they are equal.
/// </para>
/// <para>
/// The adaptive error therefore equals the sound rule applied to confidences that count as tied when they share a cell; the confidences
/// themselves are not rounded (below 2⁻⁸, by at most 2⁻³³). About 1.2 MB whatever the number of pixels; additive.
/// </para>
/// </remarks>
public sealed class ConfidenceSketch
{
    private const double Unit = 1L << 32;
    private const int DroppedBits = 12;
    private const float Coarse = 1f / 16;
    private const int CoarseCells = 1 << 15;
    private static readonly int s_first = BitConverter.SingleToInt32Bits(1f / (1 << 25)) >> DroppedBits;
    private static readonly int s_fine = (BitConverter.SingleToInt32Bits(Coarse) >> DroppedBits) - s_first + 1;
    private static readonly int s_cells = s_fine + CoarseCells + 1;

    private readonly Sums[] _cells = new Sums[s_cells];

    /// <summary>Number of pixels.</summary>
    public long Pixels { get; private set; }

    /// <summary>Adds one pixel.</summary>
    /// <param name="confidence">Its confidence in [0, 1].</param>
    /// <param name="correct">Whether it was right.</param>
    public void Add(float confidence, bool correct)
    {
        ref var cell = ref _cells[Cell(confidence)];
        checked { cell.Count++; }
        cell.Confidence += double.ConvertToIntegerNative<long>(confidence * Unit + 0.5);
        cell.Correct += correct ? 1 : 0;
        Pixels++;
    }

    /// <summary>Adds the pixels of another sketch.</summary>
    /// <param name="other">The other sketch.</param>
    public void Add(ConfidenceSketch other)
    {
        for (var i = 0; i < s_cells; i++)
        {
            ref var cell = ref _cells[i];
            checked { cell.Count += other._cells[i].Count; }
            cell.Confidence += other._cells[i].Confidence;
            cell.Correct += other._cells[i].Correct;
        }

        Pixels += other.Pixels;
    }

    /// <summary>Sums over equal-mass bins: ties (pixels of one cell) stay together and every pixel is counted.</summary>
    /// <param name="bins">Number of bins.</param>
    /// <returns>Sums by bin, least confident first; bins that a large group of ties swallows are empty.</returns>
    public BinSums EqualMass(int bins)
    {
        var mass = new EqualMassBins(bins, Pixels);
        for (var i = s_cells - 1; i >= 0; i--) // cells run from confident to unsure
            if (_cells[i] is { Count: > 0 } cell)
                mass.AddGroup(cell.Count, cell.Confidence / Unit, cell.Correct);
        return mass.Sums;
    }

    /// <summary>Adaptive expected calibration error by the sound rule.</summary>
    /// <param name="bins">Number of bins.</param>
    /// <returns>A number in [0, 1], NaN without pixels.</returns>
    public double AdaptiveError(int bins) => CalibrationErrors.Expected(EqualMass(bins));

    internal static int Cell(float confidence)
    {
        var q = 1f - confidence;
        if (q <= 0)
            return 0;
        return q < Coarse
            ? Math.Max(0, (BitConverter.SingleToInt32Bits(q) >> DroppedBits) - s_first) + 1
            : s_fine + Math.Min(CoarseCells, (int)(q * CoarseCells));
    }

    // Together, so that a pixel touches one place in memory.
    private struct Sums
    {
        internal int Count;
        internal int Correct;
        internal long Confidence; // in units of 2⁻³²
    }
}
