using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Average calibration error over bins, hard or soft; one table a sample and class.</summary>
internal sealed class L1AceTerm : PixelTerm
{
    private const int Moments = 5;
    private const int DroppedBits = 16;
    private static readonly ConcurrentDictionary<(bool Soft, int Bins), int[]> Lookups = new();

    private readonly bool soft;
    private readonly int bins;
    private readonly Background background;
    private readonly AbsentClass absent;
    private readonly double leastWeight;

    // The same numbers as CalibrationBins.Hard's, which come from libtorch.
    private readonly double[] edges32;
    private readonly double[] edges64;
    private readonly int[] cells32 = [];

    /// <param name="soft">Whether a pixel is shared linearly between the two nearest bins.</param>
    /// <param name="bins">Number of bins over 0..1.</param>
    /// <param name="background">Whether class 0 counts.</param>
    /// <param name="absent">Whether classes absent from a sample contribute.</param>
    /// <param name="leastWeight">Bins with less weight are skipped.</param>
    public L1AceTerm(bool soft, int bins, Background background, AbsentClass absent, double leastWeight)
        : this(soft, bins)
    {
        this.background = background;
        this.absent = absent;
        this.leastWeight = leastWeight;
        cells32 = Lookup(soft, bins);
    }

    private L1AceTerm(bool soft, int bins)
    {
        this.soft = soft;
        this.bins = bins;
        edges32 = Edges(bins, ScalarType.Float32);
        edges64 = Edges(bins, ScalarType.Float64);
    }

    private int Cells => soft ? bins + 1 : bins;

    /// <inheritdoc/>
    public override bool IsMean => false;

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch) =>
        (soft ? CalibrationBins.Soft(batch, bins, background) : CalibrationBins.Hard(batch, bins, background)).MeanGap(leastWeight, absent);

    /// <inheritdoc/>
    /// <remarks>
    /// For each class and cell: n, Σ p, n and Σ p of the pixels of the class, Σ p² (soft only). A hard bin is a cell; softly, a cell lies between
    /// two bin centres, and its shares of both bins follow from these five.
    /// </remarks>
    public override int SumCount(int classes) => classes * Cells * Moments;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var labels = tile.Labels;
        // Most neighbours fall into the same cell, and each addition would wait for the one before: even and odd pixels have tables of their own.
        var size = 2 * Cells * Moments;
        Span<double> copies = size <= 1024 ? stackalloc double[size] : new double[size];
        for (var k = FirstScored(background, tile.Classes); k < tile.Classes; k++)
        {
            var probability = tile.Probability(k);
            copies.Clear();
            for (var i = 0; i < probability.Length; i++)
            {
                var p = double.CreateTruncating(probability[i]);
                var t = labels[i] == k ? 1.0 : 0.0;
                var cell = copies.Slice(((i & 1) * Cells + CellOf(probability[i])) * Moments, Moments);
                (Vector256.Create(1, p, t, t * p) + Vector256.Create<double>(cell)).CopyTo(cell);
                if (soft)
                    cell[4] += p * p;
            }

            var table = sums.Slice(k * Cells * Moments, Cells * Moments);
            for (var j = 0; j < table.Length; j++)
                table[j] += copies[j] + copies[table.Length + j];
        }
    }

    /// <inheritdoc/>
    /// <remarks>The slopes are, for each class and cell, a, b, c of a pixel's gradient a + b·p, and c more where it is of the class.</remarks>
    public override double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes)
    {
        var first = FirstScored(background, shape.Classes);
        var scale = 1.0 / Math.Max(1, shape.Samples * (shape.Classes - first));
        double total = 0;
        for (var b = 0; b < shape.Samples; b++)
            for (var k = first; k < shape.Classes; k++)
            {
                var at = (b * shape.Classes + k) * Cells * Moments;
                total += TableGap(sums.Slice(at, Cells * Moments), slopes.Slice(at, Cells * Moments), scale);
            }

        return total;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var labels = tile.Labels;
        for (var k = FirstScored(background, tile.Classes); k < tile.Classes; k++)
        {
            var table = slopes.Slice(k * Cells * Moments, Cells * Moments);
            var probability = tile.Probability(k);
            var gradient = tile.ProbabilityGradient(k);
            for (var i = 0; i < probability.Length; i++)
            {
                var p = double.CreateTruncating(probability[i]);
                var cell = table.Slice(CellOf(probability[i]) * Moments, Moments);
                var slope = cell[0] + cell[1] * p;
                gradient[i] += T.CreateTruncating(labels[i] == k ? slope + cell[2] : slope);
            }
        }
    }

    /// <summary>The gap of one sample and class and the coefficients of its gradient, both times a scale.</summary>
    private double TableGap(ReadOnlySpan<double> cells, Span<double> slopes, double scale)
    {
        Span<double> weight = new double[bins], gap = new double[bins];
        double labels = 0;
        for (var j = 0; j < Cells; j++)
        {
            var m = cells.Slice(j * Moments, Moments);
            labels += m[2];
            var (lower, upper) = BinsOf(j);
            // A pixel's share of the upper bin is bins·p - j + 1/2.
            var (shares, shareOfP, shareOfT) = soft
                ? (bins * m[1] - (j - 0.5) * m[0], bins * m[4] - (j - 0.5) * m[1], bins * m[3] - (j - 0.5) * m[2])
                : (0, 0, 0);
            weight[lower] += m[0] - shares;
            weight[upper] += shares;
            gap[lower] += m[1] - shareOfP - (m[2] - shareOfT);
            gap[upper] += shareOfP - shareOfT;
        }

        if (absent == AbsentClass.Skipped && labels == 0)
            return 0;
        var kept = 0;
        double total = 0;
        Span<double> byWeight = new double[bins], byGap = new double[bins];
        for (var i = 0; i < bins; i++)
        {
            if (weight[i] < leastWeight)
                continue;
            kept++;
            total += Math.Abs(gap[i] / weight[i]);
            byWeight[i] = -Math.Abs(gap[i]) / (weight[i] * weight[i]);
            byGap[i] = double.IsNaN(gap[i]) ? gap[i] : Math.Sign(gap[i]) / weight[i];
        }

        scale /= Math.Max(1, kept);
        for (var j = 0; j < Cells; j++)
        {
            var (lower, upper) = BinsOf(j);
            var slope = slopes.Slice(j * Moments, Moments);
            var step = byGap[upper] - byGap[lower];
            slope[0] = soft ? bins * (byWeight[upper] - byWeight[lower]) + byGap[lower] - (j - 0.5) * step : byGap[j];
            slope[1] = soft ? 2 * bins * step : 0;
            slope[2] = soft ? -bins * step : 0;
            for (var i = 0; i < 3; i++)
                slope[i] *= scale;
        }

        return total * scale;
    }

    private (int Lower, int Upper) BinsOf(int cell) => soft ? (Math.Max(cell - 1, 0), Math.Min(cell, bins - 1)) : (cell, cell);

    // A NaN has no cell of its own; any will do, its NaN sums reach the loss.
    private int CellOf<T>(T probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            var at = BitConverter.SingleToUInt32Bits((float)(object)probability) >> DroppedBits;
            if (at < (uint)cells32.Length && cells32[at] is >= 0 and var known)
                return known;
            return SlowCell(float.CreateTruncating(probability), edges32);
        }

        return SlowCell(double.CreateTruncating(probability), edges64);
    }

    private int SlowCell(double p, double[] edges)
    {
        if (soft)
            return double.IsNaN(p) ? 0 : Math.Min((int)(p * bins + 0.5), bins);
        var bin = double.IsNaN(p) ? 0 : Math.Min((int)(p * bins), bins - 1);
        while (bin > 0 && p <= edges[bin])
            bin--;
        while (bin < bins - 1 && p > edges[bin + 1])
            bin++;
        return bin;
    }

    /// <summary>The cell of all floats with the same leading bits, -1 where these do not decide.</summary>
    private static int[] Lookup(bool soft, int bins) => Lookups.GetOrAdd((soft, bins), _ =>
    {
        var term = new L1AceTerm(soft, bins);
        var table = new int[(BitConverter.SingleToInt32Bits(1f) >> DroppedBits) + 1];
        for (var i = 0; i < table.Length; i++)
        {
            var first = term.SlowCell(BitConverter.Int32BitsToSingle(i << DroppedBits), term.edges32);
            var last = term.SlowCell(BitConverter.Int32BitsToSingle((i << DroppedBits) | ((1 << DroppedBits) - 1)), term.edges32);
            table[i] = first == last ? first : -1;
        }

        return table;
    });

    private static double[] Edges(int bins, ScalarType type)
    {
        using var edges = CalibrationBins.Edges(bins, type, CPU);
        using var exact = edges.to(ScalarType.Float64);
        return exact.data<double>().ToArray();
    }
}
