using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.MarginLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// Margin-based label smoothing (MbLS), the paper's method: cross-entropy plus a linear penalty on logit distances beyond a margin.
/// </summary>
/// <remarks>
/// <para><c>L = CE + λ·mean_{pixels,k} max(0, d_k - m)</c>, with <c>d_k = max_j l_j - l_k</c>. Inside the margin the penalty has no
/// gradient, so it does not pull towards the uninformative solution as label smoothing, focal loss and the entropy penalty do.</para>
/// <para>Source: Murugesan et al., Medical Image Analysis 87 (2023) 102826, arXiv 2209.09641; Liu et al., CVPR 2022, arXiv 2111.15430;
/// authors' <c>losses/logit_margin_l1.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>margin</c> (weight λ).</para>
/// <para>The mean runs over all classes, the largest logit's zero distance included, as in the original. A distance exactly on the margin
/// has no gradient. Departures: no default margin (the authors' class says 10, their command line 5); a negative ignored label leaves
/// both terms (theirs leaves cross-entropy only); the λ schedule is that of <see cref="LambdaSchedule"/>.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "mbls-M", "Margin-based label smoothing (MbLS)",
    Formula = "CE + λ·mean_{pixels,k} max(0, d_k - m), d_k = max_j l_j - l_k",
    Source = MethodCatalog.MarginSource,
    Test = "MarginLossTests",
    Note = "m 3, 5, 8 and 10, λ 0.1.")]
public sealed class MarginLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Margin-based label smoothing with the linear penalty.</summary>
    /// <param name="margin">m, at least 0, in units of logits. The paper studies 3, 5, 8 and 10.</param>
    /// <param name="lambda">λ, a number or a schedule; the paper uses 0.1.</param>
    public MarginLoss(double margin, LambdaSchedule lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        Margin = Hyper.NotNegative(margin);
        Lambda = lambda;
        Name = Invariant($"MbLS (m={Margin}, λ={Lambda})");
    }

    /// <summary>m, the largest logit distance without penalty.</summary>
    public double Margin { get; }

    /// <summary>λ, the weight of the penalty.</summary>
    public LambdaSchedule Lambda { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Margin-based label smoothing of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="margin">m, at least 0.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double margin, double lambda, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, CrossEntropyLoss.Term, Penalty(Hyper.NotNegative(margin), lambda));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "mbls", Numbers = [3, 5, 8, 10], Display = "MbLS (m={0})",
            Source = MethodCatalog.MarginSource,
            HyperParameters = "m 3, 5, 8 and 10, λ 0.1",
            Create = (margin, ignore) => new MarginLoss(margin, MethodCatalog.PublishedLambda) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, Penalty(Margin, Lambda.Value));

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() => Lambda.SaveState();

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state) => Lambda.LoadState(state);

    internal static WeightedTerm Penalty(double margin, double lambda) =>
        new("margin", lambda, new DistanceTerm(margin, DistancePenalty.Linear));
}
