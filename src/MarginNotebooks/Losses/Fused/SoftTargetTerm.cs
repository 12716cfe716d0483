using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Cross-entropy against blurred labels, <c>mean_pixels(-Σ_k t_k log s_k)</c>.</summary>
internal sealed class SoftTargetTerm(Neighbourhood neighbourhood) : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor Targets(PixelBatch batch, Tensor? image) => neighbourhood.Targets(batch, image);

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch) => batch.MeanOfClassSums(batch.Targets! * batch.LogProbabilities).neg();

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        for (var k = 0; k < tile.Classes; k++)
            sums[0] -= double.CreateTruncating(TensorPrimitives.Dot<T>(tile.Target(k), tile.LogProbability(k)));
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var slope = T.CreateTruncating(-slopes[0]);
        var shared = tile.LogGradientSum();
        for (var k = 0; k < tile.Classes; k++)
        {
            TensorPrimitives.MultiplyAdd(tile.Target(k), slope, tile.Gradient(k), tile.Gradient(k));
            TensorPrimitives.MultiplyAdd(tile.Target(k), slope, shared, shared);
        }
    }
}
