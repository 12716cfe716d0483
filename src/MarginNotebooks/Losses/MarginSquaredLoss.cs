using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.MarginSquaredLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Margin-based label smoothing with the squared (L2) penalty.</summary>
/// <remarks>
/// <para>Published: <c>L = CE + λ·mean_{pixels,k} max(0, d_k - m)²</c>, with <c>d_k = max_j l_j - l_k</c>.
/// Authors' code: <c>L = CE + λ·mean_{pixels,k} (d_k - m)²</c>, see <see cref="SquaredMarginVariant"/>.</para>
/// <para>Source: Murugesan et al., Medical Image Analysis 87 (2023) 102826, comparison of L1 and L2 penalties; authors'
/// <c>losses/logit_margin_l2.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>margin</c> (weight λ).</para>
/// <para>Departures: the published form is the default; the λ schedule advances (the authors' trainer never advances it for this
/// loss).</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "mbls-l2-M", "MbLS with the squared penalty",
    Formula = "CE + λ·mean_{pixels,k} max(0, d_k - m)²",
    Source = MethodCatalog.MarginSource,
    Test = "MarginLossTests",
    Note = "mbls-l2-authors-M is the unclipped form of the authors' code.")]
public sealed class MarginSquaredLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Margin-based label smoothing with the squared penalty.</summary>
    /// <param name="margin">m, at least 0, in units of logits. The paper studies 5 and 10.</param>
    /// <param name="lambda">λ, a number or a schedule; the paper uses 0.1.</param>
    /// <param name="variant">As published, or as in the authors' code.</param>
    public MarginSquaredLoss(double margin, LambdaSchedule lambda, SquaredMarginVariant variant = SquaredMarginVariant.Published)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        Margin = Hyper.NotNegative(margin);
        Lambda = lambda;
        Variant = variant;
        Name = Invariant($"MbLS L2 (m={Margin}, λ={Lambda}{(variant == SquaredMarginVariant.AuthorsCode ? ", authors' code" : "")})");
    }

    /// <summary>m, the largest logit distance without penalty (in the authors' code: the distance aimed at).</summary>
    public double Margin { get; }

    /// <summary>λ, the weight of the penalty.</summary>
    public LambdaSchedule Lambda { get; }

    /// <summary>As published, or as in the authors' code.</summary>
    public SquaredMarginVariant Variant { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Margin-based label smoothing with the squared penalty, of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="margin">m, at least 0.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="variant">As published, or as in the authors' code.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, double margin, double lambda,
        SquaredMarginVariant variant = SquaredMarginVariant.Published, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(
            logits, labels, ignoreIndex, null, CrossEntropyLoss.Term, Penalty(Hyper.NotNegative(margin), lambda, variant));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "mbls-l2", Numbers = [5, 10], Display = "MbLS L2 (m={0})",
            Source = MethodCatalog.MarginSource,
            HyperParameters = "m 5 and 10, λ 0.1",
            Create = (margin, ignore) => new MarginSquaredLoss(margin, MethodCatalog.PublishedLambda) { IgnoreIndex = ignore },
        },
        new()
        {
            Key = "mbls-l2-authors", TakesNumber = true, Display = "MbLS L2 (m={0}, authors' code)",
            Source = MethodCatalog.MarginSource,
            HyperParameters = "m 5 and 10, λ 0.1; the squared penalty as their code computes it",
            Create = (margin, ignore) => new MarginSquaredLoss(
                margin, MethodCatalog.PublishedLambda, SquaredMarginVariant.AuthorsCode) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, Penalty(Margin, Lambda.Value, Variant));

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() => Lambda.SaveState();

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state) => Lambda.LoadState(state);

    private static WeightedTerm Penalty(double margin, double lambda, SquaredMarginVariant variant) =>
        new("margin", lambda, new DistanceTerm(
            margin, variant == SquaredMarginVariant.AuthorsCode ? DistancePenalty.SquaredBothWays : DistancePenalty.Squared));
}
