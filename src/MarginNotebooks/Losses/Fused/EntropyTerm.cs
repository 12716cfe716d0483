using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Mean over pixels and classes of <c>-s log s</c>.</summary>
internal sealed class EntropyTerm : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch) => batch.MeanOverClasses(batch.Probabilities * batch.LogProbabilities).neg();

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        for (var k = 0; k < tile.Classes; k++)
            sums[0] -= double.CreateTruncating(TensorPrimitives.Dot<T>(tile.Probability(k), tile.LogProbability(k))) / tile.Classes;
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        // d(-s log s)/ds = -log s - 1; the 1 is the same for every class and cancels in the softmax.
        var slope = T.CreateTruncating(-slopes[0] / tile.Classes);
        for (var k = 0; k < tile.Classes; k++)
        {
            var gradient = tile.ProbabilityGradient(k);
            TensorPrimitives.MultiplyAdd(tile.LogProbability(k), slope, gradient, gradient);
        }
    }
}
