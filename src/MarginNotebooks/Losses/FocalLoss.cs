using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.FocalLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Focal loss: cross-entropy with less weight on pixels that are already right.</summary>
/// <remarks>
/// <para><c>FL = -(1 - s_y)^γ log s_y</c>, mean or sum over the counted pixels; s_y softmax probability of the true class.</para>
/// <para>Source: Lin et al., "Focal loss for dense object detection" (ICCV 2017, arXiv 1708.02002); authors'
/// <c>losses/focal_loss.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>focal</c>.</para>
/// <para>Departures from the authors' code: γ and the reduction have no default (theirs are 0 and sum, their configuration 3 and mean);
/// negative ignored labels work; <c>1 - s_y</c> is formed without cancellation as <c>-expm1(log s_y)</c>; for 0 &lt; γ &lt; 1 it is kept
/// at or above 1e-12, where the original's gradient is NaN on pixels with s_y = 1.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "focal-G", "Focal loss (FL)",
    Formula = "mean_pixels(-(1 - s_y)^γ log s_y)",
    Source = "Lin et al., ICCV 2017, arXiv 1708.02002",
    Test = "LossGoldenTests",
    Note = "γ 1, 2 and 3 in the paper's comparison.")]
public sealed class FocalLoss : SegmentationLoss, IMethodSource
{
    /// <summary>A focal loss.</summary>
    /// <param name="gamma">γ, at least 0; 0 is cross-entropy. The paper studies 1, 2 and 3.</param>
    /// <param name="reduction">Mean (as in the paper) or sum.</param>
    public FocalLoss(double gamma, LossReduction reduction = LossReduction.Mean)
    {
        Gamma = Hyper.NotNegative(gamma);
        Reduction = reduction;
    }

    /// <summary>γ, the focusing exponent.</summary>
    public double Gamma { get; }

    /// <summary>Mean or sum over the counted pixels.</summary>
    public LossReduction Reduction { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"FL (γ={Gamma}{(Reduction == LossReduction.Sum ? ", sum" : "")})");

    /// <summary>Focal loss of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="gamma">γ, at least 0.</param>
    /// <param name="reduction">Mean or sum over the counted pixels.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, double gamma, LossReduction reduction = LossReduction.Mean, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term(Hyper.NotNegative(gamma), reduction));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "focal", Numbers = [1, 2, 3], Display = "FL (γ={0})",
            Source = "Lin et al., ICCV 2017, arXiv 1708.02002",
            HyperParameters = "γ 1, 2 and 3 in the paper's comparison",
            Create = (gamma, ignore) => new FocalLoss(gamma) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, Term(Gamma, Reduction));

    internal static WeightedTerm Term(double gamma, LossReduction reduction) => new("focal", 1, new FocalTerm(gamma, reduction));
}
