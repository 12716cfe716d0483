using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Cross-entropy against the uniform distribution, <c>mean_{pixels,k}(-log s_k)</c>.</summary>
internal sealed class UniformTerm : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch) => batch.MeanOverClasses(batch.LogProbabilities).neg();

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        for (var k = 0; k < tile.Classes; k++)
            sums[0] -= double.CreateTruncating(TensorPrimitives.Sum<T>(tile.LogProbability(k))) / tile.Classes;
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var share = T.CreateTruncating(-slopes[0] / tile.Classes);
        for (var k = 0; k < tile.Classes; k++)
            TensorPrimitives.Add(tile.Gradient(k), share, tile.Gradient(k));
        var shared = tile.LogGradientSum();
        TensorPrimitives.Add(shared, T.CreateTruncating(-slopes[0]), shared);
    }
}
