using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary><c>mean_pixels(-(1 - s_y + s_j)^γ log s_y)</c>, s_j the largest probability below s_y.</summary>
internal sealed class DualFocalTerm(double gamma) : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var nll = batch.NegativeLogLikelihood();
        var labels = batch.Ignored is null ? batch.Labels : batch.Labels.masked_fill(batch.Ignored, 0);
        var own = batch.Logits.detach().gather(1, labels.unsqueeze(1));
        var below = batch.Logits.detach().masked_fill(batch.Logits.detach() >= own, double.NegativeInfinity);
        var none = below.amax([1], keepdim: true).isneginf();
        var runnerUp = batch.Probabilities.gather(1, LogitDistances.FirstLargest(batch, below)).masked_fill(none, 0).squeeze(1);
        var weight = nll.neg().expm1().neg() + runnerUp;
        if (gamma is > 0 and < 1)
            weight = weight.clamp_min(FocalTerm.SmallestComplement);
        return batch.DivideByCount((weight.pow(gamma) * nll).sum());
    }

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var weight = Base(tile, tile.Scratch(PixelTile<T>.Row.Fourth));
        FocalTerm.Power(weight, gamma);
        sums[0] -= double.CreateTruncating(TensorPrimitives.Dot<T>(weight, tile.OfLabel(logarithm: true)));
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        // With u = log s_y, v = 1 - s_y + s_j: d(-v^γ u) = -v^γ du - γ v^(γ-1) u (ds_j - s_y du).
        var below = tile.Scratch(PixelTile<T>.Row.Fourth);
        var v = Base(tile, below);
        var slope = T.CreateTruncating(slopes[0]);
        var shared = tile.LogGradientSum();
        var force = tile.Scratch(PixelTile<T>.Row.Third); // γ v^(γ-1) u
        if (gamma == 0)
            force.Clear();
        else
        {
            v.CopyTo(force);
            FocalTerm.Power(force, gamma - 1);
            if (gamma < 1)
                for (var i = 0; i < force.Length; i++)
                    force[i] = v[i] <= T.CreateTruncating(FocalTerm.SmallestComplement) ? T.Zero : force[i];
            TensorPrimitives.Multiply(force, T.CreateTruncating(gamma) * slope, force);
            TensorPrimitives.Multiply(force, tile.OfLabel(logarithm: true), force);
        }

        FocalTerm.Power(v, gamma);
        TensorPrimitives.Multiply(v, -slope, v);
        TensorPrimitives.MultiplyAdd(force, tile.OfLabel(logarithm: false), v, v);
        tile.AddAtLabel(probability: false, v);
        TensorPrimitives.Add(shared, v, shared);
        TensorPrimitives.Negate(force, force);
        tile.AddAtFirst(below, force, probability: true);
    }

    /// <summary>1 - s_y + s_j in the second row, and the logit of j, -∞ where there is none.</summary>
    private Span<T> Base<T>(PixelTile<T> tile, Span<T> below)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = tile.Scratch(PixelTile<T>.Row.Third);
        tile.LogitsOfLabel(own);
        below.Fill(T.NegativeInfinity);
        for (var k = 0; k < tile.Classes; k++)
            RaiseBelow(tile.Logits(k), own, below);
        var weight = tile.Scratch(PixelTile<T>.Row.Second);
        tile.SumOfOthers(weight);
        var runnerUp = tile.Scratch(PixelTile<T>.Row.First);
        tile.ProbabilityOf(below, runnerUp);
        TensorPrimitives.Add(weight, runnerUp, weight);
        // A NaN logit makes every probability of its pixel NaN, the label's own included; C = 1 has no other.
        var probability = tile.OfLabel(logarithm: false);
        for (var i = 0; i < weight.Length; i++)
            if (T.IsNaN(probability[i]))
                weight[i] = probability[i];
        if (gamma is > 0 and < 1)
            TensorPrimitives.Max(weight, T.CreateTruncating(FocalTerm.SmallestComplement), weight);
        return weight;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RaiseBelow<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> own, Span<T> below)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= logits.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (logit, so) = (new Vector<T>(logits[i..]), new Vector<T>(below[i..]));
            var lies = Vector.LessThan(logit, new Vector<T>(own[i..])) & Vector.GreaterThan(logit, so);
            Vector.ConditionalSelect(lies, logit, so).CopyTo(below[i..]);
        }

        for (; i < logits.Length; i++)
            if (logits[i] < own[i] && logits[i] > below[i])
                below[i] = logits[i];
    }
}
