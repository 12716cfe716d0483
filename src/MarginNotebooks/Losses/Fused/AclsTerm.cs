using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>
/// <c>mean_pixels [λ₁·max(0, l_ŷ - M)² + λ₂/(C-1)·Σ_{k≠ŷ} max(0, l_ŷ - l_k - M)²]</c>, l_ŷ a constant in the second part.
/// </summary>
internal sealed class AclsTerm(double margin, double predictedWeight, double otherWeight) : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var largest = batch.Logits.gather(1, LogitDistances.FirstLargest(batch, batch.Logits));
        var predicted = (largest - margin).relu().square();
        // The predicted class itself has distance 0, which no margin lets through.
        var others = (largest.detach() - batch.Logits - margin).relu().square();
        return batch.MeanOfClassSums(predicted) * predictedWeight + batch.MeanOfClassSums(others) * (otherWeight / Others(batch.Classes));
    }

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var largest = tile.FindLargest();
        var excess = tile.Scratch(PixelTile<T>.Row.Second);
        var limit = tile.Scratch(PixelTile<T>.Row.Third);
        TensorPrimitives.Subtract(largest, T.CreateTruncating(margin), limit);
        TensorPrimitives.Max(limit, T.Zero, excess);
        sums[0] += predictedWeight * double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(excess));
        var weight = otherWeight / Others(tile.Classes);
        for (var k = 0; k < tile.Classes; k++)
        {
            TensorPrimitives.Subtract(limit, tile.Logits(k), excess);
            TensorPrimitives.Max(excess, T.Zero, excess);
            sums[0] += weight * double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(excess));
        }
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var largest = tile.FindLargest();
        var excess = tile.Scratch(PixelTile<T>.Row.Second);
        var limit = tile.Scratch(PixelTile<T>.Row.Third);
        TensorPrimitives.Subtract(largest, T.CreateTruncating(margin), limit);
        var slope = T.CreateTruncating(-2 * slopes[0] * otherWeight / Others(tile.Classes));
        for (var k = 0; k < tile.Classes; k++)
        {
            TensorPrimitives.Subtract(limit, tile.Logits(k), excess);
            TensorPrimitives.Max(excess, T.Zero, excess);
            TensorPrimitives.MultiplyAdd(excess, slope, tile.Gradient(k), tile.Gradient(k));
        }

        TensorPrimitives.Max(limit, T.Zero, excess);
        TensorPrimitives.Multiply(excess, T.CreateTruncating(2 * slopes[0] * predictedWeight), excess);
        tile.AddAtFirst(largest, excess, probability: false);
    }

    private static long Others(long classes) => Math.Max(1, classes - 1);
}
