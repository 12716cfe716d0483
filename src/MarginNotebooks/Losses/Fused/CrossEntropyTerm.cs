using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary><c>mean_pixels(-log s_y)</c>.</summary>
internal sealed class CrossEntropyTerm : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch) => batch.DivideByCount(batch.NegativeLogLikelihood().sum());

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums) =>
        sums[0] -= double.CreateTruncating(TensorPrimitives.Sum<T>(tile.OfLabel(logarithm: true)));

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var slope = T.CreateTruncating(-slopes[0]);
        var value = tile.Scratch(PixelTile<T>.Row.Second);
        value.Fill(slope);
        tile.AddAtLabel(probability: false, value);
        var shared = tile.LogGradientSum();
        TensorPrimitives.Add(shared, slope, shared);
    }
}
