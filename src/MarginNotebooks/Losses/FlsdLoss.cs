using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.FlsdLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Sample-dependent focal loss (FLSD-53): γ = 5 where the true class has little probability, 3 elsewhere.</summary>
/// <remarks>
/// <para><c>FLSD = mean_pixels(-(1 - s_y)^γ(s_y) log s_y)</c>, <c>γ = 5</c> for <c>s_y &lt; 0.2</c>, else 3. γ itself has no gradient; the loss
/// jumps at 0.2.</para>
/// <para>Source: Mukhoti et al., "Calibrating deep neural networks using focal loss" (NeurIPS 2020, arXiv 2002.09437); authors'
/// <c>Losses/focal_loss_adaptive_gamma.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>focal</c>.</para>
/// <para>Departure: the mean over pixels; theirs is a sum unless told otherwise.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "flsd-53", "Sample-dependent focal loss (FLSD-53)",
    Formula = "mean_pixels(-(1 - s_y)^γ log s_y), γ = 5 where s_y < 0.2, else 3",
    Source = MethodSource,
    Test = "FlsdLossTests",
    Note = "γ 5 and 3, threshold 0.2.")]
public sealed class FlsdLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Mukhoti et al., NeurIPS 2020, arXiv 2002.09437";
    private static readonly WeightedTerm Term = new("focal", 1, new PiecewiseFocalTerm([0.2], [5, 3]));

    /// <inheritdoc/>
    public override string Name => "FLSD-53";

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "flsd-53",
            Display = "FLSD-53",
            Source = MethodSource,
            HyperParameters = "γ 5 below a true-class probability of 0.2, else 3",
            Create = (_, ignore) => new FlsdLoss { IgnoreIndex = ignore },
        },
    ];

    /// <summary>FLSD-53 of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term);

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) => Evaluate(logits, labels, null, Term);
}
