using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary><c>mean_{b,c} [1 - (2 Σ p·t + ε) / (Σ p + Σ t + ε)]</c>.</summary>
internal sealed class DiceTerm(Background background, double smooth) : PixelTerm
{
    /// <inheritdoc/>
    public override bool IsMean => false;

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var t = batch.Scored(batch.OneHot, background);
        var p = batch.Scored(batch.Probabilities, background);
        if (p.numel() == 0)
            return p.sum();
        if (batch.Ignored is not null)
            p = p.masked_fill(batch.Ignored.unsqueeze(1), 0);
        var axes = batch.SpatialAxes;
        var overlap = (p * t).sum(axes);
        var sizes = p.sum(axes) + t.sum(axes);
        return 1 - ((2 * overlap + smooth) / (sizes + smooth)).mean();
    }

    /// <inheritdoc/>
    /// <remarks>Overlap of each class, then Σ p of each, then Σ t of each.</remarks>
    public override int SumCount(int classes) => 3 * classes;

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var own = tile.OfLabel(logarithm: false);
        for (var i = 0; i < own.Length; i++)
        {
            sums[tile.Labels[i]] += double.CreateTruncating(own[i]);
            sums[2 * tile.Classes + tile.Labels[i]]++;
        }

        for (var k = 0; k < tile.Classes; k++)
            sums[tile.Classes + k] += double.CreateTruncating(TensorPrimitives.Sum<T>(tile.Probability(k)));
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes)
    {
        var c = shape.Classes;
        var first = FirstScored(background, c);
        var tables = shape.Samples * (c - first);
        if (tables == 0)
            return 0;
        double total = 0;
        for (var b = 0; b < shape.Samples; b++)
            for (var k = first; k < c; k++)
            {
                var at = b * 3 * c + k;
                var (numerator, denominator) = (2 * sums[at] + smooth, sums[at + c] + sums[at + 2 * c] + smooth);
                total += 1 - numerator / denominator;
                slopes[at] = -2 / (denominator * tables);
                slopes[at + c] = numerator / (denominator * denominator * tables);
            }

        return total / tables;
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        for (var k = 0; k < tile.Classes; k++)
        {
            var gradient = tile.ProbabilityGradient(k);
            TensorPrimitives.Add(gradient, T.CreateTruncating(slopes[tile.Classes + k]), gradient);
        }

        var own = tile.Scratch(PixelTile<T>.Row.Second);
        for (var i = 0; i < own.Length; i++)
            own[i] = T.CreateTruncating(slopes[tile.Labels[i]]);
        tile.AddAtLabel(probability: true, own);
    }
}
