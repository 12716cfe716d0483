using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Soft Dice loss: one minus the overlap of probabilities and labels, a sample and class at a time.</summary>
/// <remarks>
/// <para><c>Dice = mean_{b,c} [1 - (2 Σ p·t + ε) / (Σ p + Σ t + ε)]</c>: p softmax probability, t one-hot label, sums over the pixels of
/// sample b, ε <see cref="Smooth"/>. No squares in the denominator.</para>
/// <para>Source: Milletari et al., V-Net (2016), in the form of MONAI's <c>DiceLoss</c>; the authors use two variants that differ in the
/// background only, see <see cref="Background"/>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>dice</c>.</para>
/// <para>A class absent from a sample gives nearly 1 as soon as it has any probability there, as in the original.
/// Ignored pixels leave numerator and denominator (the authors' code raises); a sample without counted pixels gives exactly 0.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "dice", "Soft Dice",
    Formula = "mean_{b,c} [1 - (2 Σ p·t + ε) / (Σ p + Σ t + ε)]",
    Source = "Milletari et al., V-Net, 3DV 2016, arXiv 1606.04797",
    Test = "LossGoldenTests",
    Note = "A term; in methods together with cross-entropy.")]
public sealed class SoftDiceLoss : SegmentationLoss
{
    /// <summary>Smoothing of the paper's code, in numerator and denominator.</summary>
    public const double PublishedSmooth = 1e-5;

    /// <summary>A soft Dice loss.</summary>
    /// <param name="background">Whether class 0 counts.</param>
    /// <param name="smooth">ε &gt; 0, added to numerator and denominator.</param>
    public SoftDiceLoss(Background background, double smooth = PublishedSmooth)
    {
        Background = background;
        Smooth = Hyper.Positive(smooth);
    }

    /// <summary>Whether class 0 counts.</summary>
    public Background Background { get; }

    /// <summary>ε, added to numerator and denominator.</summary>
    public double Smooth { get; }

    /// <inheritdoc/>
    public override string Name => Background == Background.Included ? "Dice" : "Dice (no background)";

    /// <summary>Soft Dice loss of a batch, mean over samples and classes.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="background">Whether class 0 counts.</param>
    /// <param name="smooth">ε &gt; 0, added to numerator and denominator.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient, in 0..1.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit, or only the background is left.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, Background background, double smooth = PublishedSmooth, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term(background, Hyper.Positive(smooth)));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, Term(Background, Smooth));

    internal static WeightedTerm Term(Background background, double smooth, double weight = 1) =>
        new("dice", weight, new DiceTerm(background, smooth));
}
