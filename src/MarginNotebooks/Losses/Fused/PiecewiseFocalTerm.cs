using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>
/// Focal loss whose γ depends on the range that the true class's probability lies in; a negative γ stands for the inverse focal loss
/// <c>-(1 + s_y)^|γ| log s_y</c>.
/// </summary>
/// <param name="edges">Where one range ends and the next begins (and is entered), ascending.</param>
/// <param name="gammas">γ of each range, one more than edges.</param>
internal sealed class PiecewiseFocalTerm(double[] edges, double[] gammas) : PixelTerm
{
    private readonly bool isInverseSomewhere = gammas.Any(gamma => gamma < 0);

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var nll = batch.NegativeLogLikelihood();
        var minusComplement = nll.neg().expm1(); // s_y - 1
        var range = nll.detach().neg().exp().contiguous().bucketize(Values(edges, nll), right: true);
        var gamma = Values(gammas, nll).index_select(0, range.flatten()).view(range.shape);
        var weight = where(gamma < 0, minusComplement + 2, minusComplement.neg()).clamp_min(FocalTerm.SmallestComplement);
        return batch.DivideByCount((weight.pow(gamma.abs()) * nll).sum());
    }

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var weight = Weight(tile);
        sums[0] -= double.CreateTruncating(TensorPrimitives.Dot<T>(weight, tile.OfLabel(logarithm: true)));
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        // With u = log s_y, c = 1 ∓ s_y: d(-c^|γ| u)/du = -c^|γ| + γ c^(|γ|-1) s_y u, the sign of γ being that of -dc.
        var weight = Weight(tile);
        var gamma = tile.Scratch(PixelTile<T>.Row.Third);
        var c = tile.Scratch(PixelTile<T>.Row.Fourth);
        for (var i = 0; i < c.Length; i++)
            gamma[i] = c[i] <= T.CreateTruncating(FocalTerm.SmallestComplement) ? T.Zero : gamma[i];
        TensorPrimitives.Divide(gamma, c, gamma);
        TensorPrimitives.Multiply(gamma, tile.OfLabel(logarithm: true), gamma);
        TensorPrimitives.Multiply(gamma, tile.OfLabel(logarithm: false), gamma);
        TensorPrimitives.Subtract(gamma, T.One, gamma);
        TensorPrimitives.Multiply(weight, gamma, weight);
        TensorPrimitives.Multiply(weight, T.CreateTruncating(slopes[0]), weight);
        var shared = tile.LogGradientSum();
        tile.AddAtLabel(probability: false, weight);
        TensorPrimitives.Add(shared, weight, shared);
    }

    /// <summary>c^|γ| in the second row; γ in the third, c in the fourth.</summary>
    private Span<T> Weight<T>(PixelTile<T> tile)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weight = tile.Scratch(PixelTile<T>.Row.Second);
        var gamma = tile.Scratch(PixelTile<T>.Row.Third);
        var c = tile.Scratch(PixelTile<T>.Row.Fourth);
        tile.SumOfOthers(c);
        var own = tile.OfLabel(logarithm: false);
        gamma.Fill(T.CreateTruncating(gammas[0]));
        for (var e = 0; e < edges.Length; e++)
            Choose(own, T.CreateTruncating(edges[e]), T.CreateTruncating(gammas[e + 1]), gamma);
        // A NaN logit makes every probability of its pixel NaN, the label's own included; C = 1 has no other.
        for (var i = 0; i < c.Length; i++)
            if (T.IsNaN(own[i]) || (isInverseSomewhere && gamma[i] < T.Zero))
                c[i] = T.One + own[i];
        TensorPrimitives.Max(c, T.CreateTruncating(FocalTerm.SmallestComplement), c);
        TensorPrimitives.Log(c, weight);
        TensorPrimitives.Multiply(weight, gamma, weight);
        if (isInverseSomewhere)
            for (var i = 0; i < weight.Length; i++)
                weight[i] = gamma[i] < T.Zero ? -weight[i] : weight[i];
        TensorPrimitives.Exp(weight, weight);
        return weight;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Choose<T>(ReadOnlySpan<T> own, T edge, T above, Span<T> gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= own.Length - Vector<T>.Count; i += Vector<T>.Count)
            Vector.ConditionalSelect(
                Vector.GreaterThanOrEqual(new Vector<T>(own[i..]), new Vector<T>(edge)), new Vector<T>(above), new Vector<T>(gamma[i..])).CopyTo(gamma[i..]);
        for (; i < own.Length; i++)
            if (own[i] >= edge)
                gamma[i] = above;
    }

    private static Tensor Values(double[] values, Tensor like) => tensor(values, dtype: like.dtype, device: like.device);
}
