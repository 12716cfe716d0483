using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.CrossEntropyDiceLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Cross-entropy plus soft Dice, the common compound baseline.</summary>
/// <remarks>
/// <para><c>L = CE + w·Dice</c>, see <see cref="CrossEntropyLoss"/> and <see cref="SoftDiceLoss"/>.</para>
/// <para>Source: the paper's CE+Dice baseline; authors' <c>losses/ce_dice.py</c> (weight 1, background included, whatever that class's
/// own argument says: it accepts one and drops it).</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>dice</c>.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "ce-dice", "Cross-entropy plus soft Dice (CE+Dice)",
    Formula = "CE + w·Dice",
    Source = "Milletari et al., 3DV 2016 (Dice); the paper's baseline",
    Test = "LossGoldenTests",
    Note = "Weight 1, background included.")]
public sealed class CrossEntropyDiceLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Cross-entropy plus soft Dice.</summary>
    /// <param name="background">Whether class 0 counts in the Dice part; the paper's baseline includes it.</param>
    /// <param name="diceWeight">w, at least 0.</param>
    /// <param name="smooth">Dice smoothing ε &gt; 0.</param>
    public CrossEntropyDiceLoss(
        Background background = Background.Included, double diceWeight = 1, double smooth = SoftDiceLoss.PublishedSmooth)
    {
        Background = background;
        DiceWeight = Hyper.NotNegative(diceWeight);
        Smooth = Hyper.Positive(smooth);
    }

    /// <summary>Whether class 0 counts in the Dice part.</summary>
    public Background Background { get; }

    /// <summary>w, the weight of the Dice part.</summary>
    public double DiceWeight { get; }

    /// <summary>ε of the Dice part.</summary>
    public double Smooth { get; }

    /// <inheritdoc/>
    public override string Name => DiceWeight == 1 ? "CE+Dice" : Invariant($"CE+Dice (w={DiceWeight})");

    /// <summary>Cross-entropy plus soft Dice of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="background">Whether class 0 counts in the Dice part.</param>
    /// <param name="diceWeight">w.</param>
    /// <param name="smooth">Dice smoothing ε &gt; 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, Background background = Background.Included, double diceWeight = 1,
        double smooth = SoftDiceLoss.PublishedSmooth, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(
            logits, labels, ignoreIndex, null,
            CrossEntropyLoss.Term, SoftDiceLoss.Term(background, Hyper.Positive(smooth), diceWeight));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "ce-dice", Display = "CE+Dice",
            Source = "Milletari et al., 3DV 2016 (Dice)",
            HyperParameters = "weight 1, background included, smoothing 1e-5",
            Create = (_, ignore) => new CrossEntropyDiceLoss { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, SoftDiceLoss.Term(Background, Smooth, DiceWeight));
}
