using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.LabelSmoothingLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Cross-entropy against labels mixed with the uniform distribution.</summary>
/// <remarks>
/// <para><c>LS = (1-α)·CE + α·mean_{pixels,k}(-log s_k)</c>: the true class keeps 1-α+α/C, every other class gets α/C.</para>
/// <para>Source: Szegedy et al. (CVPR 2016); authors' <c>losses/label_smoothing.py</c>. Other codes give α/(C-1) to the other classes:
/// not the same numbers.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c> (weight 1-α), <c>uniform</c> (weight
/// α).</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "ls-A", "Label smoothing (LS)",
    Formula = "(1-α)·CE + α·mean_{pixels,k}(-log s_k)",
    Source = "Szegedy et al., CVPR 2016, arXiv 1512.00567",
    Test = "LossGoldenTests")]
public sealed class LabelSmoothingLoss : SegmentationLoss, IMethodSource
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
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Terms(Hyper.Fraction(alpha)));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "ls", Numbers = [0.1, 0.2, 0.3], Display = "LS (α={0})",
            Source = "Szegedy et al., CVPR 2016, arXiv 1512.00567",
            HyperParameters = "α 0.1, 0.2 and 0.3 in the paper's comparison",
            Create = (alpha, ignore) => new LabelSmoothingLoss(alpha) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, Terms(Alpha));

    private static WeightedTerm[] Terms(double alpha) =>
        [CrossEntropyLoss.Term with { Weight = 1 - alpha }, new("uniform", alpha, new UniformTerm())];
}
