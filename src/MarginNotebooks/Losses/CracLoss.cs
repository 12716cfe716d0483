using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.CracLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// Class and region-adaptive constraints (CRaC): cross-entropy under constraints on the logits, by an augmented Lagrangian with one multiplier
/// for each class on boundaries and one inside regions, learned from the validation slices.
/// </summary>
/// <remarks>
/// <para><c>L = CE + mean_{pixels,(k,r)} P([r = region]·h_k; λ_kr, ρ_kr)</c>: h_k a <see cref="CracConstraint"/> with margin m, P a <see
/// cref="LagrangianPenalty"/>, r boundary or interior; the mean runs over 2C pairs, of which half are 0 at a pixel. A pixel is on a boundary
/// when its 3-wide neighbourhood holds more than one class.</para>
/// <para>After each epoch, on the validation slices: <c>λ_kr ← mean_pixels P'(…)</c>, kept within 1e-6..1e6; every tenth epoch ρ_kr grows by γ
/// where the mean of <c>[r = region]·h_k</c> is more than τ times that of the epoch before, up to 10. Both means run over all pixels, so a
/// multiplier moves the more slowly, the rarer its region: that is the authors' choice.</para>
/// <para>Source: Murugesan et al., "Class and region-adaptive constraints for network calibration" (MICCAI 2024, arXiv 2403.12364); authors'
/// <c>calibrate/lagrangian/aug_lagrangian_spatial_cls_bndry.py</c> and the commands of their README (PHR, m 5, ρ from 0.1, γ 1.2, τ 0.9). Where
/// the paper speaks of constraints on the distance of logits from what the neighbourhood suggests, theirs is taken as in that code.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>penalty</c> (weight 1).</para>
/// <para>Departures: the authors find boundaries by the sum of deviations from the neighbourhood's mean label, which is 0 but for rounding and
/// so misses part of them; here the labels are compared. Ignored pixels belong to no neighbourhood and to no mean. Beyond the image lies
/// background, as there. The number of classes is that of the first batch.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "crac", "Class and region-adaptive constraints (CRaC)",
    Formula = "CE + mean_{pixels,(k,r)} P([r = region]·h_k; λ_kr, ρ_kr), h_k = |m·τ_k - l_k| inside, |τ_k - l_k| on boundaries",
    Source = MethodSource,
    Test = "CracLossTests",
    Note = "PHR, m 5, λ from 1e-6, ρ from 0.1 to 10, γ 1.2, τ 0.9; crac-p2, crac-p3: other penalties; crac-distances: h_k = max_j l_j - l_k - m.")]
public sealed class CracLoss : SegmentationLoss, IMethodSource
{
    /// <summary>Smallest multiplier, and that of the first epoch.</summary>
    public const double SmallestLambda = 1e-6;

    /// <summary>Largest multiplier.</summary>
    public const double LargestLambda = 1e6;

    /// <summary>Largest ρ.</summary>
    public const double LargestRho = 10;

    /// <summary>Epochs from one look at ρ to the next.</summary>
    public const int RhoEpochs = 10;

    private const string MethodSource = "Murugesan et al., MICCAI 2024, arXiv 2403.12364";
    private static readonly Neighbourhood Around = new(NeighbourhoodOperator.Mean);
    private static readonly string[] Regions = ["boundary", "interior"];

    // Of pair (r, k) at r·C + k; replaced, never changed: a gradient that is still to come may hold them. Empty before the first batch.
    private double[] lambdas = [];
    private double[] rhos = [];
    private double[] previous = [];

    // Sums over the validation's pixels.
    private double[] slopes = [];
    private double[] violations = [];
    private double pixels;

    /// <summary>Class and region-adaptive constraints.</summary>
    /// <param name="margin">m, at least 0, in units of logits; the authors use 5.</param>
    /// <param name="penalty">P; the authors use PHR.</param>
    /// <param name="rho">ρ of the first epochs, above 0 and at most 10; the authors use 0.1.</param>
    /// <param name="growth">γ, at least 1, by which ρ grows.</param>
    /// <param name="improvement">τ in 0..1: ρ grows where the constraint is not below τ times its value of the epoch before.</param>
    /// <param name="constraint">h.</param>
    public CracLoss(
        double margin, LagrangianPenalty penalty, double rho, double growth = 1.2, double improvement = 0.9,
        CracConstraint constraint = CracConstraint.Proportions)
    {
        Margin = Hyper.NotNegative(margin);
        Penalty = penalty;
        penalty.Polynomial(1, 1);
        Rho = Hyper.Positive(rho) <= LargestRho
            ? rho
            : throw new ArgumentOutOfRangeException(nameof(rho), rho, $"rho must be at most {LargestRho}.");
        Growth = Hyper.NotNegative(growth) >= 1
            ? growth
            : throw new ArgumentOutOfRangeException(nameof(growth), growth, "growth must be at least 1.");
        Improvement = Hyper.Fraction(improvement);
        Constraint = constraint;
    }

    /// <summary>m.</summary>
    public double Margin { get; }

    /// <summary>P.</summary>
    public LagrangianPenalty Penalty { get; }

    /// <summary>ρ of the first epochs.</summary>
    public double Rho { get; }

    /// <summary>γ, by which ρ grows.</summary>
    public double Growth { get; }

    /// <summary>τ: ρ grows where the constraint is not below τ times its value of the epoch before.</summary>
    public double Improvement { get; }

    /// <summary>h.</summary>
    public CracConstraint Constraint { get; }

    /// <summary>λ now: of each class on boundaries, then of each class inside regions; empty before the first batch.</summary>
    public IReadOnlyList<double> Lambdas => lambdas;

    /// <summary>ρ now, in the same order.</summary>
    public IReadOnlyList<double> Rhos => rhos;

    /// <inheritdoc/>
    public override string Name => Invariant(
        $"CRaC ({Penalty.ToString().ToUpperInvariant()}, m={Margin}, ρ={Rho} ×{Growth}, τ={Improvement}{(Constraint == CracConstraint.Proportions ? "" : ", distances")})");

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        Family("crac", "CRaC", LagrangianPenalty.Phr, CracConstraint.Proportions),
        Family("crac-p2", "CRaC (P2)", LagrangianPenalty.P2, CracConstraint.Proportions),
        Family("crac-p3", "CRaC (P3)", LagrangianPenalty.P3, CracConstraint.Proportions),
        Family("crac-distances", "CRaC (distances)", LagrangianPenalty.Phr, CracConstraint.LogitDistances),
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels)
    {
        LabelCheck.Shapes(logits, labels);
        Begin(checked((int)logits.shape[1]));
        return Evaluate(logits, labels, null, CrossEntropyLoss.Term, new WeightedTerm("penalty", 1, Term()));
    }

    /// <inheritdoc/>
    public override void BeginValidation()
    {
        (slopes, violations, pixels) = (new double[lambdas.Length], new double[lambdas.Length], 0);
    }

    /// <inheritdoc/>
    public override void ObserveValidation(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var batch = new PixelBatch(logits, labels, IgnoreIndex, CheckLabels) { Fused = Fused && logits.device_type == DeviceType.CPU };
        var classes = checked((int)batch.Classes);
        Begin(classes);
        if (slopes.Length != lambdas.Length)
            BeginValidation();
        // Asked for here, they belong to this scope and not to one inside.
        _ = (batch.Labels, batch.OneHot);
        batch.Targets = Around.Targets(batch, null);
        var term = Term();
        var (h, boundary) = term.Constraint(batch);
        long[] axes = [0, .. batch.SpatialAxes];
        for (var r = 0; r < Regions.Length; r++)
        {
            var elsewhere = r == 0 ? boundary.logical_not() : boundary;
            var inRegion = h.masked_fill(elsewhere, 0);
            var slope = Penalty.Slope(inRegion, term.Row(batch, lambdas, r), term.Row(batch, rhos, r)).clamp(SmallestLambda, LargestLambda);
            if (batch.Ignored is { } ignored)
            {
                inRegion = inRegion.masked_fill(ignored.unsqueeze(1), 0);
                slope = slope.masked_fill(ignored.unsqueeze(1), 0);
            }

            Add(slopes, r * classes, slope.sum(axes, type: ScalarType.Float64));
            Add(violations, r * classes, inRegion.sum(axes, type: ScalarType.Float64));
        }

        pixels += batch.Ignored is { } none ? none.logical_not().sum().item<long>() : batch.Labels.numel();
    }

    /// <inheritdoc/>
    public override void EndEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (pixels == 0)
            return;
        lambdas = Array.ConvertAll(slopes, sum => Math.Clamp(sum / pixels, SmallestLambda, LargestLambda));
        var now = Array.ConvertAll(violations, sum => sum / pixels);
        if ((epoch + 1) % RhoEpochs == 0 && previous.Length == now.Length)
            rhos = [.. rhos.Select((rho, i) => now[i] > Improvement * Math.Max(0, previous[i]) ? Math.Min(Growth * rho, LargestRho) : rho)];
        previous = now;
        BeginValidation();
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState()
    {
        var state = new Dictionary<string, double>();
        foreach (var (name, values) in new[] { ("lambda", lambdas), ("rho", rhos), ("constraint", previous) })
            for (var i = 0; i < values.Length; i++)
                state[Invariant($"{Regions[i / (values.Length / 2)]}.{name}.{i % (values.Length / 2)}")] = values[i];
        return state;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The state is that of another loss.</exception>
    public override void LoadState(IReadOnlyDictionary<string, double> state)
    {
        var classes = SavedNumbers.Count(state, $"{Regions[0]}.lambda");
        if (classes == 0 && state.Count > 0)
            throw new ArgumentException(
                $"The saved state of the loss has no '{Regions[0]}.lambda.0' (it has: {string.Join(", ", state.Keys)}); it was saved by another loss.",
                nameof(state));
        double[] Both(string name, int count) => [.. Regions.SelectMany(region => SavedNumbers.Read(state, $"{region}.{name}", count))];
        (lambdas, rhos) = (Both("lambda", classes), Both("rho", classes));
        previous = Both("constraint", SavedNumbers.Count(state, $"{Regions[0]}.constraint"));
        BeginValidation();
    }

    private CracTerm Term() => new(Constraint, Penalty, Margin, lambdas, rhos, Around);

    private void Begin(int classes)
    {
        if (lambdas.Length == 0)
            (lambdas, rhos) = ([.. Enumerable.Repeat(SmallestLambda, 2 * classes)], [.. Enumerable.Repeat(Rho, 2 * classes)]);
        else if (lambdas.Length != 2 * classes)
            throw new ArgumentException($"The logits have {classes} classes, but the multipliers of this loss belong to {lambdas.Length / 2}.");
    }

    private static void Add(double[] sums, int at, Tensor values)
    {
        using var host = values.cpu();
        var numbers = host.data<double>();
        for (var k = 0; k < numbers.Count; k++)
            sums[at + k] += numbers[k];
    }

    private static MethodFamily Family(string key, string display, LagrangianPenalty penalty, CracConstraint constraint) => new()
    {
        Key = key,
        Display = display,
        Source = MethodSource,
        HyperParameters = $"{penalty.ToString().ToUpperInvariant()}, margin 5, λ from 1e-6, ρ 0.1 to 10 growing by 1.2 every 10 epochs, τ 0.9",
        Create = (_, ignore) => new CracLoss(5, penalty, 0.1, constraint: constraint) { IgnoreIndex = ignore },
    };
}
