using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary><c>-(1 - s_y)^γ log s_y</c>, mean or sum.</summary>
/// <remarks>On tiles, <c>1 - s_y</c> is the sum of the other classes' probabilities: no cancellation.</remarks>
internal sealed class FocalTerm(double gamma, LossReduction reduction) : PixelTerm
{
    // Far below float32 resolution near 1, yet (1e-12)^(γ-1) stays finite for every γ in (0, 1).
    internal const double SmallestComplement = 1e-12;

    /// <inheritdoc/>
    public override bool IsMean => reduction == LossReduction.Mean;

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var nll = batch.NegativeLogLikelihood();
        var complement = nll.neg().expm1().neg();
        if (gamma is > 0 and < 1)
            complement = complement.clamp_min(SmallestComplement);
        // An ignored pixel has nll 0, and so contributes 0 for every γ.
        var sum = (complement.pow(gamma) * nll).sum();
        return reduction == LossReduction.Sum ? sum : batch.DivideByCount(sum);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> sums, BatchSize shape, Span<double> slopes) =>
        base.Value(sums, reduction == LossReduction.Sum ? shape with { Counted = 1 } : shape, slopes);

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var weight = Complement(tile);
        Power(weight, gamma);
        sums[0] -= double.CreateTruncating(TensorPrimitives.Dot<T>(weight, tile.OfLabel(logarithm: true)));
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        // With u = log s_y and c = 1 - s_y: d(-c^γ u)/du = -c^γ + γ c^(γ-1) s_y u.
        var complement = Complement(tile);
        var logarithm = tile.OfLabel(logarithm: true);
        var shared = tile.LogGradientSum();
        var slope = T.CreateTruncating(slopes[0]);
        var factor = tile.Scratch(PixelTile<T>.Row.Third);
        complement.CopyTo(factor);
        Power(factor, gamma - 1);
        var own = tile.OfLabel(logarithm: false, PixelTile<T>.Row.Own);
        TensorPrimitives.Multiply(own, logarithm, own);
        TensorPrimitives.Multiply(own, T.CreateTruncating(gamma), own);
        if (gamma < 1)
            for (var i = 0; i < own.Length; i++)
                own[i] = complement[i] <= T.CreateTruncating(SmallestComplement) ? T.Zero : own[i];
        TensorPrimitives.Subtract(own, complement, own);
        TensorPrimitives.Multiply(factor, own, factor);
        TensorPrimitives.Multiply(factor, slope, factor);
        if (gamma == 0)
            factor.Fill(-slope);
        tile.AddAtLabel(probability: false, factor);
        TensorPrimitives.Add(shared, factor, shared);
    }

    private Span<T> Complement<T>(PixelTile<T> tile)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = tile.OfLabel(logarithm: false);
        var complement = tile.Scratch(PixelTile<T>.Row.Second);
        tile.SumOfOthers(complement);
        // A NaN logit makes every probability of its pixel NaN, the label's own included; C = 1 has no other.
        for (var i = 0; i < own.Length; i++)
            if (T.IsNaN(own[i]))
                complement[i] = own[i];
        if (gamma is > 0 and < 1)
            TensorPrimitives.Max(complement, T.CreateTruncating(SmallestComplement), complement);
        return complement;
    }

    internal static void Power<T>(Span<T> x, double exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (exponent == 0)
            x.Fill(T.One);
        else if (exponent == 2)
            TensorPrimitives.Multiply(x, x, x);
        else if (exponent == 3)
            for (var i = 0; i < x.Length; i++)
                x[i] *= x[i] * x[i];
        else if (exponent == 0.5)
            TensorPrimitives.Sqrt(x, x);
        else if (exponent != 1)
            TensorPrimitives.Pow(x, T.CreateTruncating(exponent), x);
    }
}
