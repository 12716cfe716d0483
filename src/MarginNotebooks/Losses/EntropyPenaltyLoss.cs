using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.EntropyPenaltyLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Explicit confidence penalty (ECP): cross-entropy minus a share of the prediction's entropy.</summary>
/// <remarks>
/// <para><c>ECP = CE - α·H</c>, with <c>H = mean_{pixels,k}(-s_k log s_k)</c> over pixels <em>and</em> classes: 1/C of the textbook
/// entropy, so α acts as α/C.</para>
/// <para>Source: Pereyra et al. (2017, arXiv 1701.06548); authors' <c>losses/penalty_entropy.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>entropy</c> (weight -α).</para>
/// <para>Departure from the authors' code: probabilities are not clamped to 1e-10 first, since <c>s·log s</c> from the log-softmax needs
/// no clamp; below 1e-10 a summand differs by at most 2.3e-9 and its tiny gradient is kept instead of cut.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "ecp-A", "Explicit confidence penalty (ECP)",
    Formula = "CE - α·mean_{pixels,k}(-s_k log s_k)",
    Source = "Pereyra et al., 2017, arXiv 1701.06548",
    Test = "LossGoldenTests")]
public sealed class EntropyPenaltyLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Cross-entropy with confidence penalty.</summary>
    /// <param name="alpha">α, at least 0. The paper studies 0.1, 0.2 and 0.3.</param>
    public EntropyPenaltyLoss(double alpha) => Alpha = Hyper.NotNegative(alpha);

    /// <summary>α, the weight of the class-mean entropy.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"ECP (α={Alpha})");

    /// <summary>Cross-entropy with confidence penalty of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="alpha">α, at least 0.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double alpha, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, CrossEntropyLoss.Term, Penalty(Hyper.NotNegative(alpha)));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "ecp", Numbers = [0.1, 0.2, 0.3], Display = "ECP (α={0})",
            Source = "Pereyra et al., 2017, arXiv 1701.06548",
            HyperParameters = "α 0.1, 0.2 and 0.3 in the paper's comparison, on the class-mean entropy",
            Create = (alpha, ignore) => new EntropyPenaltyLoss(alpha) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, Penalty(Alpha));

    private static WeightedTerm Penalty(double alpha) => new("entropy", -alpha, new EntropyTerm());
}
