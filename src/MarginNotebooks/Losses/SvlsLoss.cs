using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.SvlsLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Spatially varying label smoothing (SVLS): cross-entropy against labels blurred by their neighbours.</summary>
/// <remarks>
/// <para><c>SVLS = mean_pixels(-Σ_k t_k log s_k)</c>, t the one-hot labels under a spatial Gaussian whose centre is replaced by the sum
/// of its neighbours, borders repeated: a pixel keeps half its label, the other half is its neighbours' (σ shapes that half only).</para>
/// <para>Source: Islam and Glocker, "Spatially varying label smoothing" (IPMI 2021, arXiv 2104.05788); authors'
/// <c>losses/spatial_ls_repo.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>, any number of spatial axes, the kernel as wide along each.
/// Parts: <c>svls</c>.</para>
/// <para>Departures: the kernel size is honoured (theirs is always 3) and the centre rule is right for every size; small σ keeps its
/// digits. Ignored labels work (theirs raise): ignored pixels are not scored and give nothing to their neighbours, whose targets are
/// renormalised over what remains.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "svls-S", "Spatially varying label smoothing (SVLS)",
    Formula = "mean_pixels(-Σ_k t_k log s_k), t the blurred one-hot label",
    Source = "Islam and Glocker, IPMI 2021, arXiv 2104.05788",
    Test = "SvlsLossTests")]
public sealed class SvlsLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Spatially varying label smoothing.</summary>
    /// <param name="sigma">σ &gt; 0 of the Gaussian, in pixels. The paper studies 0.5, 1 and 2.</param>
    /// <param name="kernelSize">Width of the kernel along each spatial axis, odd and at least 3.</param>
    public SvlsLoss(double sigma, int kernelSize = 3)
    {
        Sigma = Hyper.Positive(sigma);
        KernelSize = Hyper.OddKernel(kernelSize);
    }

    /// <summary>σ of the Gaussian, in pixels.</summary>
    public double Sigma { get; }

    /// <summary>Width of the kernel along each spatial axis.</summary>
    public int KernelSize { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"SVLS (σ={Sigma}{(KernelSize == 3 ? "" : Invariant($", {KernelSize} wide"))})");

    /// <summary>Spatially varying label smoothing of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="sigma">σ &gt; 0, in pixels.</param>
    /// <param name="kernelSize">Odd, at least 3.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double sigma, int kernelSize = 3, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term(sigma, kernelSize));

    /// <summary>The blurred labels that the loss aims at.</summary>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <param name="sigma">σ &gt; 0, in pixels.</param>
    /// <param name="kernelSize">Odd, at least 3.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns><c>(B, C, *S)</c> float32; the classes of a pixel that counts sum to 1.</returns>
    /// <exception cref="ArgumentException">A label is out of range.</exception>
    public static Tensor SoftTargets(Tensor labels, long classes, double sigma, int kernelSize = 3, long? ignoreIndex = null) =>
        Blur(sigma, kernelSize).Targets(labels, classes, image: null, ignoreIndex);

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "svls", Numbers = [0.5, 1, 2], Display = "SVLS (σ={0})",
            Source = "Islam and Glocker, IPMI 2021, arXiv 2104.05788",
            HyperParameters = "σ 0.5, 1 and 2, kernel 3 wide",
            Create = (sigma, ignore) => new SvlsLoss(sigma) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, Term(Sigma, KernelSize));

    private static Neighbourhood Blur(double sigma, int kernelSize) =>
        new(NeighbourhoodOperator.Gaussian) { Sigma = sigma, KernelSize = kernelSize };

    private static WeightedTerm Term(double sigma, int kernelSize) => new("svls", 1, new SoftTargetTerm(Blur(sigma, kernelSize)));
}
