using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.AclsLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// Adaptive and conditional label smoothing (ACLS): cross-entropy plus squared penalties on a large predicted logit and on large distances.
/// </summary>
/// <remarks>
/// <para><c>L = CE + α·R</c>, <c>R = mean_pixels [ λ₁·max(0, l_ŷ - M)² + λ₂/(C-1)·Σ_{k≠ŷ} max(0, l_ŷ - l_k - M)² ]</c>, ŷ the class of the
/// largest logit. In the second penalty <c>l_ŷ</c> is a constant: it lifts the other logits and does not lower the predicted one, which
/// belongs to the first.</para>
/// <para>Source: Park et al., "ACLS: Adaptive and conditional label smoothing for network calibration" (ICCV 2023, arXiv 2308.11911);
/// authors' <c>calibrate/losses/acls.py</c>, whose form and defaults (M 10, λ₁ 1, λ₂ 0.1, α 0.1) are taken.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>acls</c> (weight α).</para>
/// <para>Because of that constant the gradient is not the derivative of the value; it is the authors'. Departures: of equal largest logits the
/// first alone is the predicted class (theirs counts each); ignored labels work (theirs are accepted and not used); C = 1 works.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "acls", "Adaptive and conditional label smoothing (ACLS)",
    Formula = "CE + α·mean_pixels [λ₁·max(0, l_ŷ - M)² + λ₂/(C-1)·Σ_{k≠ŷ} max(0, l_ŷ - l_k - M)²]",
    Source = MethodSource,
    Test = "AclsLossTests",
    Note = "M 10, λ₁ 1, λ₂ 0.1, α 0.1.")]
public sealed class AclsLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Park et al., ICCV 2023, arXiv 2308.11911";

    /// <summary>Adaptive and conditional label smoothing.</summary>
    /// <param name="margin">M, at least 0, in units of logits.</param>
    /// <param name="lambda">α, the weight of both penalties, a number or a schedule.</param>
    /// <param name="predictedWeight">λ₁, at least 0.</param>
    /// <param name="otherWeight">λ₂, at least 0.</param>
    public AclsLoss(double margin, LambdaSchedule lambda, double predictedWeight, double otherWeight)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        Margin = Hyper.NotNegative(margin);
        Lambda = lambda;
        PredictedWeight = Hyper.NotNegative(predictedWeight);
        OtherWeight = Hyper.NotNegative(otherWeight);
        Name = Invariant($"ACLS (M={Margin}, α={Lambda}, λ={PredictedWeight}/{OtherWeight})");
    }

    /// <summary>M.</summary>
    public double Margin { get; }

    /// <summary>α, the weight of both penalties.</summary>
    public LambdaSchedule Lambda { get; }

    /// <summary>λ₁, the weight of the predicted class's penalty.</summary>
    public double PredictedWeight { get; }

    /// <summary>λ₂, the weight of the other classes' penalty.</summary>
    public double OtherWeight { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "acls",
            Display = "ACLS",
            Source = MethodSource,
            HyperParameters = "M 10, λ₁ 1, λ₂ 0.1, α 0.1",
            Create = (_, ignore) => new AclsLoss(10, 0.1, 1, 0.1) { IgnoreIndex = ignore },
        },
    ];

    /// <summary>ACLS of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="margin">M, at least 0.</param>
    /// <param name="lambda">α.</param>
    /// <param name="predictedWeight">λ₁, at least 0.</param>
    /// <param name="otherWeight">λ₂, at least 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, double margin, double lambda, double predictedWeight, double otherWeight, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(
            logits, labels, ignoreIndex, null,
            CrossEntropyLoss.Term, Penalty(Hyper.NotNegative(margin), lambda, predictedWeight, otherWeight));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, Penalty(Margin, Lambda.Value, PredictedWeight, OtherWeight));

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() => Lambda.SaveState();

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state) => Lambda.LoadState(state);

    private static WeightedTerm Penalty(double margin, double lambda, double predictedWeight, double otherWeight) =>
        new("acls", lambda, new AclsTerm(margin, predictedWeight, otherWeight));
}
