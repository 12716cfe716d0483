using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary><c>mean_k |mean_pixels s_k - mean_pixels t_k|</c> over all samples.</summary>
internal sealed class MdcaTerm : PixelTerm
{
    /// <inheritdoc/>
    public override bool IsMean => false;

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var difference = batch.Probabilities - batch.OneHot;
        if (batch.Ignored is not null)
            difference = difference.masked_fill(batch.Ignored.unsqueeze(1), 0);
        return batch.DivideByCount(difference.sum([0, .. batch.SpatialAxes]).abs().sum()) / batch.Classes;
    }

    /// <inheritdoc/>
    /// <remarks>Σ s of each class, then the pixels of each.</remarks>
    public override int SumCount(int classes) => 2 * classes;

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        for (var i = 0; i < tile.Count; i++)
            sums[tile.Classes + tile.Labels[i]]++;
        for (var k = 0; k < tile.Classes; k++)
            sums[k] += double.CreateTruncating(TensorPrimitives.Sum<T>(tile.Probability(k)));
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes)
    {
        var (c, size, scale) = (shape.Classes, SumCount(shape.Classes), 1.0 / (Math.Max(1, shape.Counted) * shape.Classes));
        double total = 0;
        for (var k = 0; k < c; k++)
        {
            double gap = 0;
            for (var b = 0; b < shape.Samples; b++)
                gap += sums[b * size + k] - sums[b * size + c + k];
            total += Math.Abs(gap) * scale;
            for (var b = 0; b < shape.Samples; b++)
                slopes[b * size + k] = Sign(gap) * scale;
        }

        return total;
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        for (var k = 0; k < tile.Classes; k++)
        {
            var gradient = tile.ProbabilityGradient(k);
            TensorPrimitives.Add(gradient, T.CreateTruncating(slopes[k]), gradient);
        }
    }

    /// <summary>-1, 0 or 1; NaN of NaN.</summary>
    internal static double Sign(double value) => double.IsNaN(value) ? value : Math.Sign(value);
}
