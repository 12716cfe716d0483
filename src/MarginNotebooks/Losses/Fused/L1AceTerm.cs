using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Average calibration error over bins, hard or soft; one table a sample and class.</summary>
/// <param name="soft">Whether a pixel is shared linearly between the two nearest bins.</param>
/// <param name="bins">Number of bins over 0..1.</param>
/// <param name="background">Whether class 0 counts.</param>
/// <param name="absent">Whether classes absent from a sample contribute.</param>
/// <param name="leastWeight">Bins with less weight are skipped.</param>
internal sealed class L1AceTerm(bool soft, int bins, Background background, AbsentClass absent, double leastWeight) : PixelTerm
{
    // The same numbers as CalibrationBins.Hard's, which come from libtorch.
    private readonly double[] edges32 = Edges(bins, ScalarType.Float32);
    private readonly double[] edges64 = Edges(bins, ScalarType.Float64);

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch) =>
        (soft ? CalibrationBins.Soft(batch, bins, background) : CalibrationBins.Hard(batch, bins, background)).MeanGap(leastWeight, absent);

    /// <inheritdoc/>
    /// <remarks>For each class and bin: weight, Σ p, Σ t.</remarks>
    public override int SumCount(int classes) => classes * bins * 3;

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        for (var k = FirstScored(background, tile.Classes); k < tile.Classes; k++)
        {
            var table = sums.Slice(k * bins * 3, bins * 3);
            var probability = tile.Probability(k);
            for (var i = 0; i < probability.Length; i++)
            {
                var p = double.CreateTruncating(probability[i]);
                var t = tile.Labels[i] == k ? 1.0 : 0.0;
                if (soft)
                {
                    var (lower, upper, share) = Nearest(p);
                    AddTo(table.Slice(lower * 3, 3), 1 - share, p, t);
                    AddTo(table.Slice(upper * 3, 3), share, p, t);
                }
                else
                    AddTo(table.Slice(Bin<T>(p) * 3, 3), 1, p, t);
            }
        }

        static void AddTo(Span<double> bin, double weight, double p, double t)
        {
            bin[0] += weight;
            bin[1] += weight * p;
            bin[2] += weight * t;
        }
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes)
    {
        var first = FirstScored(background, shape.Classes);
        var scale = 1.0 / Math.Max(1, shape.Samples * (shape.Classes - first));
        double total = 0;
        for (var b = 0; b < shape.Samples; b++)
            for (var k = first; k < shape.Classes; k++)
            {
                var at = (b * shape.Classes + k) * bins * 3;
                total += scale * TableGap(sums.Slice(at, bins * 3), slopes.Slice(at, bins * 3), scale);
            }

        return total;
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        for (var k = FirstScored(background, tile.Classes); k < tile.Classes; k++)
        {
            var table = slopes.Slice(k * bins * 3, bins * 3);
            var probability = tile.Probability(k);
            var gradient = tile.ProbabilityGradient(k);
            for (var i = 0; i < probability.Length; i++)
            {
                var p = double.CreateTruncating(probability[i]);
                if (!soft)
                {
                    gradient[i] += T.CreateTruncating(table[Bin<T>(p) * 3 + 1]);
                    continue;
                }

                var (lower, upper, share) = Nearest(p);
                var below = table.Slice(lower * 3, 3);
                var above = table.Slice(upper * 3, 3);
                var t = tile.Labels[i] == k ? 1.0 : 0.0;
                // The shares move with p by ±bins, and the probability sums with p itself.
                var slope = bins * (above[0] - below[0] + p * (above[1] - below[1]) + t * (above[2] - below[2]))
                    + (1 - share) * below[1] + share * above[1];
                gradient[i] += T.CreateTruncating(slope);
            }
        }
    }

    /// <summary>The gap of one sample and class, and its derivative by each sum, times a scale.</summary>
    private double TableGap(ReadOnlySpan<double> table, Span<double> slopes, double scale)
    {
        double total = 0, labels = 0;
        var kept = 0;
        for (var i = 0; i < bins; i++)
        {
            var (weight, gap) = (table[3 * i], table[3 * i + 1] - table[3 * i + 2]);
            labels += table[3 * i + 2];
            if (weight < leastWeight)
                continue;
            kept++;
            total += Math.Abs(gap / weight);
            slopes[3 * i] = -Math.Abs(gap) / (weight * weight);
            slopes[3 * i + 1] = double.IsNaN(gap) ? gap : Math.Sign(gap) / weight;
            slopes[3 * i + 2] = -slopes[3 * i + 1];
        }

        if (absent == AbsentClass.Skipped && labels == 0)
        {
            slopes.Clear();
            return 0;
        }

        foreach (ref var slope in slopes)
            slope *= scale / Math.Max(1, kept);
        return total / Math.Max(1, kept);
    }

    private (int Lower, int Upper, double ShareOfUpper) Nearest(double p)
    {
        var position = p * bins - 0.5;
        var below = Math.Floor(position);
        // A NaN has no bin number of its own; any will do, its NaN share reaches the loss.
        var lower = double.IsNaN(below) ? 0 : (int)below;
        return (Math.Max(lower, 0), Math.Min(lower + 1, bins - 1), position - below);
    }

    private int Bin<T>(double p)
    {
        var edges = typeof(T) == typeof(float) ? edges32 : edges64;
        var bin = double.IsNaN(p) ? 0 : Math.Min((int)(p * bins), bins - 1);
        while (bin > 0 && p <= edges[bin])
            bin--;
        while (bin < bins - 1 && p > edges[bin + 1])
            bin++;
        return bin;
    }

    private static double[] Edges(int bins, ScalarType type)
    {
        using var edges = CalibrationBins.Edges(bins, type, CPU);
        using var exact = edges.to(ScalarType.Float64);
        return exact.data<double>().ToArray();
    }
}
