using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.MarginDiceLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Margin-based label smoothing on top of cross-entropy plus soft Dice (MbLS+Dice).</summary>
/// <remarks>
/// <para><c>L = CE + Dice + λ·mean_{pixels,k} max(0, d_k - m)</c>, with <c>d_k = max_j l_j - l_k</c>; see <see cref="MarginLoss"/> and
/// <see cref="SoftDiceLoss"/>.</para>
/// <para>Source: Murugesan et al., Medical Image Analysis 87 (2023) 102826; authors' <c>losses/logit_margin_ce_dice.py</c>, whose Dice
/// leaves the background out, unlike that of their CE+Dice baseline.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>dice</c>, <c>margin</c> (weight
/// λ).</para>
/// <para>Departures: ignored labels work (the authors' code raises); the λ schedule advances (their trainer never advances it for this
/// loss).</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "mbls-dice-M", "MbLS with soft Dice (MbLS+Dice)",
    Formula = "CE + Dice + λ·mean_{pixels,k} max(0, d_k - m)",
    Source = MethodCatalog.MarginSource,
    Test = "LossGoldenTests")]
public sealed class MarginDiceLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Cross-entropy plus soft Dice plus margin penalty.</summary>
    /// <param name="margin">m, at least 0, in units of logits. The paper studies 5 and 10.</param>
    /// <param name="lambda">λ, a number or a schedule; the paper uses 0.1.</param>
    /// <param name="background">Whether class 0 counts in the Dice part; the paper's code leaves it out.</param>
    /// <param name="smooth">Dice smoothing ε &gt; 0.</param>
    public MarginDiceLoss(
        double margin, LambdaSchedule lambda, Background background = Background.Excluded, double smooth = SoftDiceLoss.PublishedSmooth)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        Margin = Hyper.NotNegative(margin);
        Lambda = lambda;
        Background = background;
        Smooth = Hyper.Positive(smooth);
        Name = Invariant($"MbLS+Dice (m={Margin}, λ={Lambda})");
    }

    /// <summary>m, the largest logit distance without penalty.</summary>
    public double Margin { get; }

    /// <summary>λ, the weight of the penalty.</summary>
    public LambdaSchedule Lambda { get; }

    /// <summary>Whether class 0 counts in the Dice part.</summary>
    public Background Background { get; }

    /// <summary>ε of the Dice part.</summary>
    public double Smooth { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Cross-entropy plus soft Dice plus margin penalty of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="margin">m, at least 0.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="background">Whether class 0 counts in the Dice part.</param>
    /// <param name="smooth">Dice smoothing ε &gt; 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, double margin, double lambda, Background background = Background.Excluded,
        double smooth = SoftDiceLoss.PublishedSmooth, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(
            logits, labels, ignoreIndex, null,
            CrossEntropyLoss.Term, SoftDiceLoss.Term(background, Hyper.Positive(smooth)),
            MarginLoss.Penalty(Hyper.NotNegative(margin), lambda));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "mbls-dice", Numbers = [5, 10], Display = "MbLS+Dice (m={0})",
            Source = MethodCatalog.MarginSource,
            HyperParameters = "m 5 and 10, λ 0.1, Dice without background",
            Create = (margin, ignore) => new MarginDiceLoss(margin, MethodCatalog.PublishedLambda) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(
            logits, labels, null,
            CrossEntropyLoss.Term, SoftDiceLoss.Term(Background, Smooth), MarginLoss.Penalty(Margin, Lambda.Value));

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() => Lambda.SaveState();

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state) => Lambda.LoadState(state);
}
