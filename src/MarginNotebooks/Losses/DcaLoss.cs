using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.DcaLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Difference between confidence and accuracy (DCA): a batch's mean confidence should be its accuracy.</summary>
/// <remarks>
/// <para><c>L = CE + β·|mean_pixels s_ŷ - mean_pixels [ŷ = y]|</c>, ŷ the predicted class. The gradient is that of the mean confidence; the
/// accuracy has none.</para>
/// <para>Source: Liang et al., "Improved trainable calibration method for neural networks on medical imaging classification" (BMVC 2020,
/// arXiv 2009.04057). β = 1, as in the implementation that accompanies MDCA (<c>mdca-loss/MDCA-Calibration</c>); the paper tries
/// several.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>dca</c> (weight β).</para>
/// <para>Our reading for segmentation: the means run over all counted pixels of the batch.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "dca", "Difference between confidence and accuracy (DCA)",
    Formula = "CE + β·|mean_pixels s_ŷ - mean_pixels [ŷ = y]|",
    Source = MethodSource,
    Test = "DcaLossTests",
    Note = "β 1.")]
public sealed class DcaLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Liang et al., BMVC 2020, arXiv 2009.04057";

    /// <summary>Cross-entropy with DCA.</summary>
    /// <param name="beta">β, at least 0.</param>
    public DcaLoss(double beta) => Beta = Hyper.NotNegative(beta);

    /// <summary>β, the weight of the calibration term.</summary>
    public double Beta { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"CE+DCA (β={Beta})");

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "dca",
            Display = "DCA",
            Source = MethodSource,
            HyperParameters = "β 1",
            Create = (_, ignore) => new DcaLoss(1) { IgnoreIndex = ignore },
        },
    ];

    /// <summary>Cross-entropy with DCA of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="beta">β, at least 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double beta, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, CrossEntropyLoss.Term, Penalty(Hyper.NotNegative(beta)));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, Penalty(Beta));

    private static WeightedTerm Penalty(double beta) => new("dca", beta, new DcaTerm());
}
