using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.MdcaLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// Multi-class difference of confidence and accuracy (MDCA): a batch's mean probability of each class should be the class's share of pixels.
/// </summary>
/// <remarks>
/// <para><c>L = FL + β·mean_k |mean_pixels s_k - mean_pixels t_k|</c>, t the one-hot labels, FL the focal loss with γ (0: cross-entropy). The
/// means run over all counted pixels of the batch.</para>
/// <para>Source: Hebbalaguppe et al., "A stitch in time saves nine: a train-time regularizing loss for improved neural network calibration"
/// (CVPR 2022, arXiv 2203.13834); authors' <c>solvers/loss.py</c> (β 1; NLL or focal loss with γ 1).</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c> or <c>focal</c>, <c>mdca</c> (weight β).</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "mdca", "Multi-class difference of confidence and accuracy (MDCA)",
    Formula = "CE + β·mean_k |mean_pixels s_k - mean_pixels t_k|",
    Source = MethodSource,
    Test = "MdcaLossTests",
    Note = "β 1; mdca-focal-G is the focal loss with γ = G in place of cross-entropy.")]
public sealed class MdcaLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Hebbalaguppe et al., CVPR 2022, arXiv 2203.13834";

    /// <summary>Cross-entropy or focal loss with MDCA.</summary>
    /// <param name="beta">β, at least 0.</param>
    /// <param name="gamma">γ of the focal loss, at least 0; 0 is cross-entropy.</param>
    public MdcaLoss(double beta, double gamma = 0)
    {
        Beta = Hyper.NotNegative(beta);
        Gamma = Hyper.NotNegative(gamma);
    }

    /// <summary>β, the weight of the calibration term.</summary>
    public double Beta { get; }

    /// <summary>γ of the focal loss; 0 is cross-entropy.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"{(Gamma == 0 ? "CE" : Invariant($"FL (γ={Gamma})"))}+MDCA (β={Beta})");

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "mdca",
            Display = "MDCA",
            Source = MethodSource,
            HyperParameters = "β 1, with cross-entropy",
            Create = (_, ignore) => new MdcaLoss(1) { IgnoreIndex = ignore },
        },
        new()
        {
            Key = "mdca-focal",
            Numbers = [1],
            Display = "FL+MDCA (γ={0})",
            Source = MethodSource,
            HyperParameters = "β 1, γ 1",
            Create = (gamma, ignore) => new MdcaLoss(1, gamma) { IgnoreIndex = ignore },
        },
    ];

    /// <summary>Cross-entropy or focal loss with MDCA of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="beta">β, at least 0.</param>
    /// <param name="gamma">γ, at least 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double beta, double gamma = 0, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Terms(Hyper.NotNegative(beta), Hyper.NotNegative(gamma)));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) => Evaluate(logits, labels, null, Terms(Beta, Gamma));

    private static WeightedTerm[] Terms(double beta, double gamma) =>
        [gamma == 0 ? CrossEntropyLoss.Term : FocalLoss.Term(gamma, LossReduction.Mean), new("mdca", beta, new MdcaTerm())];
}
