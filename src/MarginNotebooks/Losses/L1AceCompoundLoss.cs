using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.L1AceCompoundLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Average calibration error beside what makes a network segment: cross-entropy, soft Dice, or both.</summary>
/// <remarks>
/// <para><c>L = w_ce·CE + w_dice·Dice + w_ace·ACE</c>, see <see cref="HardL1AceLoss"/> and <see cref="SoftL1AceLoss"/>.</para>
/// <para>Source: Barfoot et al. (MICCAI 2024, arXiv 2403.06759; arXiv 2506.03942); authors' configurations
/// <c>bundle_templates/configs/loss</c>: 20 bins, background included, absent classes 0, weights 0.33 each, or 0.5 each of two.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>dice</c>, <c>ace</c>, those with a
/// weight.</para>
/// <para>Departure: Dice is this kit's <see cref="SoftDiceLoss"/>; theirs squares the probabilities in the denominator and smooths only
/// there.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "l1ace-hard", "CE, Dice and mL1-ACE, hard bins",
    Formula = "w_ce·CE + w_dice·Dice + w_ace·mean_{b,c} mean_bins |mean p - mean t|",
    Source = "Barfoot et al., MICCAI 2024, arXiv 2403.06759",
    Test = "L1AceCompoundLossTests",
    Note = "20 bins, weights 0.33; l1ace-hard-ce and l1ace-hard-dice: one of the two, weights 0.5.")]
[Reference(
    ReferenceKind.Loss, "l1ace-soft", "CE, Dice and mL1-ACE, soft bins",
    Formula = "as l1ace-hard, each pixel shared linearly between the two nearest bins",
    Source = "Barfoot et al., 2025, arXiv 2506.03942",
    Test = "L1AceCompoundLossTests",
    Note = "20 bins, weights 0.33; l1ace-soft-ce and l1ace-soft-dice: one of the two, weights 0.5.")]
public sealed class L1AceCompoundLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Average calibration error with cross-entropy and soft Dice.</summary>
    /// <param name="soft">Whether a pixel is shared between the two nearest bins, or is in one.</param>
    /// <param name="crossEntropyWeight">w_ce, at least 0.</param>
    /// <param name="diceWeight">w_dice, at least 0.</param>
    /// <param name="aceWeight">w_ace &gt; 0.</param>
    /// <param name="bins">Number of bins over 0..1, at least 2.</param>
    /// <param name="background">Whether class 0 counts in Dice and ACE.</param>
    /// <param name="absent">Whether classes absent from a sample contribute to ACE.</param>
    public L1AceCompoundLoss(
        bool soft, double crossEntropyWeight, double diceWeight, double aceWeight, int bins = 20,
        Background background = Background.Included, AbsentClass absent = AbsentClass.Skipped)
    {
        Soft = soft;
        CrossEntropyWeight = Hyper.NotNegative(crossEntropyWeight);
        DiceWeight = Hyper.NotNegative(diceWeight);
        AceWeight = Hyper.Positive(aceWeight);
        Bins = Hyper.AtLeast(2, bins);
        Background = background;
        Absent = absent;
        var others = string.Concat(CrossEntropyWeight > 0 ? Invariant($"{CrossEntropyWeight}·CE+") : "", DiceWeight > 0 ? Invariant($"{DiceWeight}·Dice+") : "");
        Name = Invariant($"{others}{AceWeight}·{(soft ? 's' : 'h')}L1-ACE ({Bins} bins)");
    }

    /// <summary>Whether a pixel is shared between the two nearest bins.</summary>
    public bool Soft { get; }

    /// <summary>w_ce.</summary>
    public double CrossEntropyWeight { get; }

    /// <summary>w_dice.</summary>
    public double DiceWeight { get; }

    /// <summary>w_ace.</summary>
    public double AceWeight { get; }

    /// <summary>Number of bins over 0..1.</summary>
    public int Bins { get; }

    /// <summary>Whether class 0 counts in Dice and ACE.</summary>
    public Background Background { get; }

    /// <summary>Whether classes absent from a sample contribute to ACE.</summary>
    public AbsentClass Absent { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        .. new[] { false, true }.SelectMany(soft => new[]
        {
            Family(soft, "", "CE+Dice", 0.33, 0.33, 0.33),
            Family(soft, "-ce", "CE", 0.5, 0, 0.5),
            Family(soft, "-dice", "Dice", 0, 0.5, 0.5),
        }),
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels)
    {
        var ace = Soft ? SoftL1AceLoss.Term(Bins, Background, Absent, AceWeight) : HardL1AceLoss.Term(Bins, Background, Absent, AceWeight);
        var dice = SoftDiceLoss.Term(Background, SoftDiceLoss.PublishedSmooth, DiceWeight);
        var ce = CrossEntropyLoss.Term with { Weight = CrossEntropyWeight };
        return (CrossEntropyWeight, DiceWeight) switch
        {
            (0, 0) => Evaluate(logits, labels, null, ace),
            (0, _) => Evaluate(logits, labels, null, dice, ace),
            (_, 0) => Evaluate(logits, labels, null, ce, ace),
            _ => Evaluate(logits, labels, null, ce, dice, ace),
        };
    }

    private static MethodFamily Family(bool soft, string suffix, string others, double ce, double dice, double ace) => new()
    {
        Key = (soft ? "l1ace-soft" : "l1ace-hard") + suffix,
        Display = $"{others}+{(soft ? 's' : 'h')}L1-ACE",
        Source = "Barfoot et al., MICCAI 2024, arXiv 2403.06759; 2025, arXiv 2506.03942",
        HyperParameters = Invariant($"weights {ce} (CE), {dice} (Dice), {ace} (ACE); 20 bins, background included, absent classes give 0"),
        Create = (_, ignore) => new L1AceCompoundLoss(soft, ce, dice, ace) { IgnoreIndex = ignore },
    };
}
