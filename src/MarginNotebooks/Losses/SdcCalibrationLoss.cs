using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.SdcCalibrationLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// The local calibration term of the SDC loss (spatially adaptive margin) on top of cross-entropy: probabilities should be the classes'
/// shares of the boundary around the pixel.
/// </summary>
/// <remarks>
/// <para><c>L = CE + α·mean_{pixels,k} |τ_k - s_k|</c>. With <c>g_k = 1</c> where the pixels at most one step away (along every axis) are
/// partly but not all of class k (the morphological gradient of its mask), and <c>b_k</c> the sum of g_k over the same neighbourhood:
/// <c>τ_k = b_k / Σ_j b_j</c>, 0 for every class where there is no boundary near. The target has no gradient.</para>
/// <para>Far from a boundary the summands are <c>s_k</c>, whose sum is 1: a constant without gradient. The term acts on a band of two pixels
/// on both sides of each boundary only.</para>
/// <para>Source: Liang et al., "Calibrating on medical segmentation model through signed-distance" (CIKM 2025); authors'
/// <c>src/sdc/sam.py</c> and <c>losses.py</c> (gradient, mean, window 3, α 0.1). The loss's third part, the alignment with a signed distance,
/// is not calibration and is not here.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>local</c> (weight α).</para>
/// <para>As there, nothing lies beyond the image for the gradient, and sums mirror the image without repeating its edge. Departures: volumes
/// are taken as such (theirs slice by slice); ignored pixels belong to no neighbourhood (theirs knows none).</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "sdc", "SDC's calibration term",
    Formula = "CE + α·mean_{pixels,k} |τ_k - s_k|, τ the classes' shares of the label boundary around the pixel",
    Source = MethodSource,
    Test = "SdcCalibrationLossTests",
    Note = "Gradient, mean, window 3, α 0.1; without the signed-distance term.")]
public sealed class SdcCalibrationLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Liang et al., CIKM 2025 (signed-distance calibration, SDC)";

    /// <summary>Cross-entropy with SDC's local calibration.</summary>
    /// <param name="lambda">α, a number or a schedule; the authors use 0.1.</param>
    public SdcCalibrationLoss(LambdaSchedule lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        Lambda = lambda;
        Name = Invariant($"CE+SDC calibration (α={Lambda})");
    }

    /// <summary>α, the weight of the calibration term.</summary>
    public LambdaSchedule Lambda { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "sdc",
            Display = "CE+SDC calibration",
            Source = MethodSource,
            HyperParameters = "gradient, mean, window 3, α 0.1; without the signed-distance term",
            Create = (_, ignore) => new SdcCalibrationLoss(0.1) { IgnoreIndex = ignore },
        },
    ];

    /// <summary>The target that the calibration term aims at.</summary>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns><c>(B, C, *S)</c> float32; the classes of a pixel sum to 1, or to 0 where there is no boundary near.</returns>
    /// <exception cref="ArgumentException">A label is out of range.</exception>
    public static Tensor Targets(Tensor labels, long classes, long? ignoreIndex = null)
    {
        using var scope = NewDisposeScope();
        long[] shape = [labels.shape[0], classes, .. labels.shape[1..]];
        var batch = new PixelBatch(zeros(1, device: labels.device).expand(shape), labels, ignoreIndex)
        {
            Fused = labels.device_type == DeviceType.CPU,
        };
        return BoundaryShares.Targets(batch, null).MoveToOuterDisposeScope();
    }

    /// <summary>Cross-entropy with SDC's local calibration of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="lambda">α.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(Tensor logits, Tensor labels, double lambda, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, CrossEntropyLoss.Term, Penalty(lambda));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, CrossEntropyLoss.Term, Penalty(Lambda.Value));

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() => Lambda.SaveState();

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state) => Lambda.LoadState(state);

    private static WeightedTerm Penalty(double lambda) =>
        new("local", lambda, new NeighbourhoodTerm(BoundaryShares.Targets, NaclPrediction.Probabilities, NaclDistance.Absolute));
}
