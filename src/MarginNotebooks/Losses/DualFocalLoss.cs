using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.DualFocalLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Dual focal loss: the focal weight also looks at the runner-up below the true class, against under-confidence.</summary>
/// <remarks>
/// <para><c>DFL = mean_pixels(-(1 - s_y + s_j)^γ log s_y)</c>, <c>s_j = max{ s_k : s_k &lt; s_y }</c>, 0 where no class lies below the true
/// one. The gradient runs through <c>s_j</c> too.</para>
/// <para>Source: Tao, Dong and Xu, "Dual focal loss for calibration" (ICML 2023, arXiv 2305.13665); authors'
/// <c>Losses/dual_focal_loss.py</c>. γ is chosen a data set there; 5 is that of the paper's ResNet-110 on CIFAR, as repeated in code that
/// cites its Table 13.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>focal</c>.</para>
/// <para>Departures: the mean over pixels, not the sum; "below" is decided on logits, where it is exact; <c>1 - s_y</c> is formed without
/// cancellation; for 0 &lt; γ &lt; 1 the base is kept at or above 1e-12, as in <see cref="FocalLoss"/>.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "dual-focal-G", "Dual focal loss (DFL)",
    Formula = "mean_pixels(-(1 - s_y + s_j)^γ log s_y), s_j the largest probability below s_y",
    Source = MethodSource,
    Test = "DualFocalLossTests",
    Note = "γ 5.")]
public sealed class DualFocalLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Tao et al., ICML 2023, arXiv 2305.13665";

    /// <summary>A dual focal loss.</summary>
    /// <param name="gamma">γ, at least 0; 0 is cross-entropy.</param>
    public DualFocalLoss(double gamma) => Gamma = Hyper.NotNegative(gamma);

    /// <summary>γ, the focusing exponent.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"DFL (γ={Gamma})");

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "dual-focal",
            Numbers = [5],
            Display = "DFL (γ={0})",
            Source = MethodSource,
            HyperParameters = "γ 5",
            Create = (gamma, ignore) => new DualFocalLoss(gamma) { IgnoreIndex = ignore },
        },
    ];

    /// <summary>Dual focal loss of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="gamma">γ, at least 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double gamma, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term(Hyper.NotNegative(gamma)));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) => Evaluate(logits, labels, null, Term(Gamma));

    private static WeightedTerm Term(double gamma) => new("focal", 1, new DualFocalTerm(gamma));
}
