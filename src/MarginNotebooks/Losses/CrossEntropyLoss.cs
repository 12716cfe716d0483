using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.CrossEntropyLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Pixel-wise cross-entropy, the baseline every other loss is compared with.</summary>
/// <remarks>
/// <para><c>CE = mean_pixels(-log s_y)</c>, with <c>s = softmax(logits)</c> over the classes and <c>y</c> the pixel's label.</para>
/// <para>Source: the usual definition, as <c>torch.nn.CrossEntropyLoss</c> computes it.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>.</para>
/// <para>Departure from PyTorch: a batch without counted pixels gives 0, not NaN; no label is ignored unless
/// <see cref="SegmentationLoss.IgnoreIndex"/> says so (PyTorch ignores -100 by default).</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "ce", "Cross-entropy (CE)",
    Formula = "mean_pixels(-log s_y)",
    Source = "maximum likelihood",
    Test = "LossGoldenTests")]
public sealed class CrossEntropyLoss : SegmentationLoss, IMethodSource
{
    /// <inheritdoc/>
    public override string Name => "CE";

    /// <summary>Cross-entropy of a batch, mean over the counted pixels.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term);

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "ce", Display = "CE",
            Source = "maximum likelihood",
            HyperParameters = "none",
            Create = (_, ignore) => new CrossEntropyLoss { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, Term);

    internal static WeightedTerm Term { get; } = new("ce", 1, new CrossEntropyTerm());
}
