using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.NaclLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// Neighbour-aware calibration (NACL): cross-entropy plus the distance of the logits from what the labels around the pixel suggest.
/// </summary>
/// <remarks>
/// <para><c>L = CE + λ·mean_{pixels,k} |τ_k - l_k|</c> (or squared, or on probabilities), τ the <see cref="Neighbourhood"/>'s target, by
/// default the class proportions around the pixel. The target has no gradient.</para>
/// <para>Source: Murugesan et al., "Trust your neighbours: penalty-based constraints for model calibration" (MICCAI 2023, arXiv
/// 2303.06268) and "Neighbor-aware calibration of segmentation networks with penalty-based constraints" (arXiv 2401.14487); authors'
/// <c>losses/spatial_adaptive_margin.py</c>.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>, <c>image (B, M, *S) float</c> where the neighbourhood needs
/// it. Parts: <c>ce</c>, <c>neighbourhood</c> (weight λ).</para>
/// <para>Departures: any number of spatial axes and image channels; ignored labels work (the authors' code raises); every λ schedule
/// works (theirs fails on a missing attribute); even kernels are refused with a clear error. Labels outside the image count as
/// background, as in the original, unless <see cref="Neighbourhood.Border"/> says otherwise.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "nacl", "Neighbour-aware calibration (NACL)",
    Formula = "CE + λ·mean_{pixels,k} |τ_k - l_k|, τ the class proportions around the pixel",
    Source = MethodSource,
    Test = "NaclGoldenTests",
    Note = "Kernel 3 wide, L1 on logits, λ 0.1. nacl-OPERATOR takes another operator; nacl-l2, nacl-softmax and nacl-softmax-l2 other distances.")]
public sealed class NaclLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Murugesan et al., MICCAI 2023, arXiv 2303.06268; arXiv 2401.14487";

    /// <summary>Neighbour-aware calibration.</summary>
    /// <param name="neighbourhood">Where the targets come from.</param>
    /// <param name="prediction">What is compared with them; the original compares logits.</param>
    /// <param name="distance">Absolute or squared difference.</param>
    /// <param name="lambda">λ, a number or a schedule; the authors use 0.1.</param>
    public NaclLoss(Neighbourhood neighbourhood, NaclPrediction prediction, NaclDistance distance, LambdaSchedule lambda)
    {
        ArgumentNullException.ThrowIfNull(neighbourhood);
        ArgumentNullException.ThrowIfNull(lambda);
        Neighbourhood = neighbourhood;
        Prediction = prediction;
        Distance = distance;
        Lambda = lambda;
        var (space, norm) = (prediction == NaclPrediction.Logits ? "logits" : "softmax", distance == NaclDistance.Absolute ? "L1" : "L2");
        Name = Invariant($"NACL ({neighbourhood}, {norm} on {space}, λ={lambda})");
    }

    /// <summary>Where the targets come from.</summary>
    public Neighbourhood Neighbourhood { get; }

    /// <summary>What is compared with the targets.</summary>
    public NaclPrediction Prediction { get; }

    /// <summary>Absolute or squared difference.</summary>
    public NaclDistance Distance { get; }

    /// <summary>λ, the weight of the penalty.</summary>
    public LambdaSchedule Lambda { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool NeedsImage => Neighbourhood.NeedsImage;

    /// <summary>Neighbour-aware calibration of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="neighbourhood">Where the targets come from.</param>
    /// <param name="prediction">What is compared with them.</param>
    /// <param name="distance">Absolute or squared difference.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="image"><c>(B, M, *S)</c> float, where the neighbourhood needs it.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit, or the image is missing.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, Neighbourhood neighbourhood, NaclPrediction prediction, NaclDistance distance, double lambda,
        Tensor? image = null, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(
            logits, labels, ignoreIndex, image, CrossEntropyLoss.Term, Penalty(neighbourhood, prediction, distance, lambda));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        Family("nacl", "NACL", NeighbourhoodOperator.Mean),
        .. Enum.GetValues<NeighbourhoodOperator>().Where(kind => kind != NeighbourhoodOperator.Mean)
            .Select(kind => Family($"nacl-{Word(kind)}", $"NACL ({Word(kind)})", kind)),
        Family("nacl-l2", "NACL (L2)", NeighbourhoodOperator.Mean, NaclPrediction.Logits, NaclDistance.Squared),
        Family("nacl-softmax", "NACL (softmax)", NeighbourhoodOperator.Mean, NaclPrediction.Probabilities),
        Family("nacl-softmax-l2", "NACL (softmax, L2)", NeighbourhoodOperator.Mean, NaclPrediction.Probabilities, NaclDistance.Squared),
    ];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The neighbourhood needs the image, or something does not fit.</exception>
    public override LossTerms Forward(Tensor logits, Tensor labels) => ForwardWith(logits, labels, null);

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels, Tensor image) => ForwardWith(logits, labels, image);

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() => Lambda.SaveState();

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state) => Lambda.LoadState(state);

    private LossTerms ForwardWith(Tensor logits, Tensor labels, Tensor? image) =>
        Evaluate(logits, labels, image, CrossEntropyLoss.Term, Penalty(Neighbourhood, Prediction, Distance, Lambda.Value));

    private static WeightedTerm Penalty(Neighbourhood neighbourhood, NaclPrediction prediction, NaclDistance distance, double lambda) =>
        new("neighbourhood", lambda, new NeighbourhoodTerm(neighbourhood, prediction, distance));

    private static string Word(NeighbourhoodOperator kind) => kind switch
    {
        NeighbourhoodOperator.ImageProportionsL1 => "image-l1",
        NeighbourhoodOperator.ImageProportionsL2 => "image-l2",
        NeighbourhoodOperator.BilateralFilter => "bilateral-filter",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static MethodFamily Family(
        string key, string display, NeighbourhoodOperator kind, NaclPrediction prediction = NaclPrediction.Logits,
        NaclDistance distance = NaclDistance.Absolute) =>
        new()
        {
            Key = key,
            Display = display,
            Source = MethodSource,
            HyperParameters = kind == NeighbourhoodOperator.BilateralFilter
                ? "kernel 3 wide, σ 1, σ_I 1, background beyond the border, λ 0.1; the operator is not in the original"
                : "kernel 3 wide, σ 1 where there is one, background beyond the border, λ 0.1",
            Create = (_, ignore) => new NaclLoss(new Neighbourhood(kind), prediction, distance, MethodCatalog.PublishedLambda)
            {
                IgnoreIndex = ignore,
            },
        };
}
