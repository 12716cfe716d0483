using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary><c>|mean_pixels s_ŷ - mean_pixels [ŷ = y]|</c> over all samples.</summary>
internal sealed class DcaTerm : PixelTerm
{
    /// <inheritdoc/>
    public override bool IsMean => false;

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var predicted = LogitDistances.FirstLargest(batch, batch.Logits);
        var confidence = batch.Probabilities.gather(1, predicted).squeeze(1);
        var correct = (predicted.squeeze(1) == batch.Labels).to(confidence.dtype);
        return batch.Mean(confidence - correct).abs();
    }

    /// <inheritdoc/>
    /// <remarks>Σ confidence and the pixels that are right.</remarks>
    public override int SumCount(int classes) => 2;

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var confidence = tile.Scratch(PixelTile<T>.Row.Second);
        tile.Probability(0).CopyTo(confidence);
        for (var k = 1; k < tile.Classes; k++)
            TensorPrimitives.Max(confidence, tile.Probability(k), confidence);
        sums[0] += double.CreateTruncating(TensorPrimitives.Sum<T>(confidence));
        sums[1] += tile.CountRight();
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes)
    {
        var scale = 1.0 / Math.Max(1, shape.Counted);
        double gap = 0;
        for (var b = 0; b < shape.Samples; b++)
            gap += sums[2 * b] - sums[2 * b + 1];
        for (var b = 0; b < shape.Samples; b++)
            slopes[2 * b] = MdcaTerm.Sign(gap) * scale;
        return Math.Abs(gap) * scale;
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var amount = tile.Scratch(PixelTile<T>.Row.Second);
        var largest = tile.FindLargest();
        amount.Fill(T.CreateTruncating(slopes[0]));
        tile.AddAtFirst(largest, amount, probability: true);
    }
}
