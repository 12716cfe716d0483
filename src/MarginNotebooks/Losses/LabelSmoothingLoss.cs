using static System.FormattableString;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Cross-entropy against labels mixed with the uniform distribution.</summary>
/// <remarks>
/// <para><c>LS = (1-α)·CE + α·mean_{pixels,k}(-log s_k)</c>: the true class keeps 1-α+α/C, every other class gets α/C.</para>
/// <para>Source: Szegedy et al. (CVPR 2016); authors' <c>losses/label_smoothing.py</c>. Other codes give α/(C-1) to the other classes:
/// not the same numbers.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c> (weight 1-α), <c>uniform</c> (weight
/// α).</para>
/// </remarks>
public sealed class LabelSmoothingLoss : SegmentationLoss
{
    /// <summary>Label smoothing.</summary>
    /// <param name="alpha">α in 0..1, the share of the uniform distribution. The paper studies 0.1, 0.2 and 0.3.</param>
    public LabelSmoothingLoss(double alpha) => Alpha = Hyper.Fraction(alpha);

    /// <summary>α, the share of the uniform distribution.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"LS (α={Alpha})");

    /// <summary>Label-smoothed cross-entropy of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="alpha">α in 0..1.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double alpha, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(
            logits, labels, ignoreIndex, batch => Total(CrossEntropyLoss.Term(batch), UniformTerm(batch), Hyper.Fraction(alpha)));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var batch = Prepare(logits, labels);
        var ce = CrossEntropyLoss.Term(batch);
        var uniform = UniformTerm(batch);
        return Terms(Total(ce, uniform, Alpha), ("ce", ce), ("uniform", uniform));
    }

    private static Tensor Total(Tensor ce, Tensor uniform, double alpha) => (ce * (1 - alpha)).add(uniform, alpha: alpha);

    /// <summary>Cross-entropy against the uniform distribution.</summary>
    private static Tensor UniformTerm(PixelBatch batch) => batch.MeanOverClasses(batch.LogProbabilities).neg();
}
