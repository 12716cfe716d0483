using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.AdaFocalLoss>]

namespace MarginNotebooks.Losses;

/// <summary>
/// Calibration-aware adaptive focal loss (AdaFocal): a γ for each confidence bin, moved after each epoch by the bin's calibration gap on the
/// validation slices; where γ falls below a threshold the inverse focal loss takes over.
/// </summary>
/// <remarks>
/// <para><c>L = mean_pixels(-(1 - s_y)^γ_b log s_y)</c> for <c>γ_b &gt; 0</c>, <c>mean_pixels(-(1 + s_y)^|γ_b| log s_y)</c> for <c>γ_b &lt;
/// 0</c>; b the bin of <c>s_y</c>.</para>
/// <para>After each epoch, with C and A mean confidence and accuracy of the validation pixels in bin b (confidence: the largest
/// probability): <c>γ_b ← γ_b·exp(λ(C - A))</c> where γ_b is positive, <c>γ_b·exp(-λ(C - A))</c> where negative; a γ_b that comes nearer to 0
/// than S changes its sign and becomes ∓S; then γ_b is kept within its limits. The bins then become those of equal mass on the validation
/// slices.</para>
/// <para>Source: Ghosh, Schaaf and Gormley, "AdaFocal: calibration-aware adaptive focal loss" (NeurIPS 2022, arXiv 2211.11838); authors'
/// <c>losses/adafocal.py</c> (15 bins, λ 1, first γ 1, S 0.2, γ within -2..20).</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>focal</c>.</para>
/// <para>Departures: the mean over pixels, not the sum. A validation set has millions of pixels: bins are put together from a fine histogram
/// of 1 - confidence (512 cells for each halving), so equal mass holds up to a cell, and equal confidences are never divided. A bin without
/// a pixel keeps its γ.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "adafocal", "Calibration-aware adaptive focal loss (AdaFocal)",
    Formula = "mean_pixels(-(1 - s_y)^γ_b log s_y), or with (1 + s_y)^|γ_b| where γ_b < 0; γ_b ← γ_b·exp(±λ(C_b - A_b)) after each epoch",
    Source = MethodSource,
    Test = "AdaFocalLossTests",
    Note = "15 bins, λ 1, first γ 1, threshold 0.2, γ within -2..20.")]
public sealed class AdaFocalLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Ghosh et al., NeurIPS 2022, arXiv 2211.11838";
    private const int CellsAHalving = 512;
    private const int Halvings = 24; // 1 - confidence of float32 ends there
    private const int Cells = CellsAHalving * Halvings;

    private readonly double[] counts = new double[Cells];
    private readonly double[] confidences = new double[Cells];
    private readonly double[] rights = new double[Cells];
    private double[] edges;
    private double[] gammas;

    /// <summary>An adaptive focal loss.</summary>
    /// <param name="bins">Number of bins, at least 2.</param>
    /// <param name="rate">λ &gt; 0, how fast γ follows the calibration gap.</param>
    /// <param name="initialGamma">γ of every bin in the first epoch.</param>
    /// <param name="threshold">S &gt; 0, the |γ| below which focal and inverse focal loss change places.</param>
    /// <param name="smallestGamma">Lower limit of γ, at most -S.</param>
    /// <param name="largestGamma">Upper limit of γ, at least S.</param>
    public AdaFocalLoss(
        int bins = 15, double rate = 1, double initialGamma = 1, double threshold = 0.2, double smallestGamma = -2, double largestGamma = 20)
    {
        Bins = Hyper.AtLeast(2, bins);
        Rate = Hyper.Positive(rate);
        Threshold = Hyper.Positive(threshold);
        if (!(double.IsFinite(smallestGamma) && smallestGamma <= -threshold))
            throw new ArgumentOutOfRangeException(nameof(smallestGamma), smallestGamma, $"smallestGamma must be at most -{threshold}.");
        if (!(double.IsFinite(largestGamma) && largestGamma >= threshold))
            throw new ArgumentOutOfRangeException(nameof(largestGamma), largestGamma, $"largestGamma must be at least {threshold}.");
        if (!(initialGamma >= smallestGamma && initialGamma <= largestGamma))
            throw new ArgumentOutOfRangeException(nameof(initialGamma), initialGamma, $"initialGamma must lie in {smallestGamma}..{largestGamma}.");
        (InitialGamma, SmallestGamma, LargestGamma) = (initialGamma, smallestGamma, largestGamma);
        edges = [.. Enumerable.Range(1, bins - 1).Select(b => (double)b / bins)];
        gammas = [.. Enumerable.Repeat(initialGamma, bins)];
    }

    /// <summary>Number of bins.</summary>
    public int Bins { get; }

    /// <summary>λ, how fast γ follows the calibration gap.</summary>
    public double Rate { get; }

    /// <summary>γ of every bin in the first epoch.</summary>
    public double InitialGamma { get; }

    /// <summary>S, the |γ| below which focal and inverse focal loss change places.</summary>
    public double Threshold { get; }

    /// <summary>Lower limit of γ.</summary>
    public double SmallestGamma { get; }

    /// <summary>Upper limit of γ.</summary>
    public double LargestGamma { get; }

    /// <summary>γ of each bin now; negative where the inverse focal loss is at work.</summary>
    public IReadOnlyList<double> Gammas => gammas;

    /// <summary>The inner edges of the bins now, ascending; a probability on an edge belongs to the bin above.</summary>
    public IReadOnlyList<double> Edges => edges;

    /// <inheritdoc/>
    public override string Name => Invariant(
        $"AdaFocal ({Bins} bins, λ={Rate}, γ={InitialGamma} within {SmallestGamma}..{LargestGamma}, S={Threshold})");

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "adafocal",
            Display = "AdaFocal",
            Source = MethodSource,
            HyperParameters = "15 bins, λ 1, first γ 1, threshold 0.2, γ within -2..20",
            Create = (_, ignore) => new AdaFocalLoss { IgnoreIndex = ignore },
        },
    ];

    /// <summary>The loss of a batch with given bins.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="edges">Inner edges of the bins, ascending.</param>
    /// <param name="gammas">γ of each bin, one more than edges.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient.</returns>
    /// <exception cref="ArgumentException">Shapes, types, label values or numbers of bins do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, IReadOnlyList<double> edges, IReadOnlyList<double> gammas, long? ignoreIndex = null) =>
        gammas.Count == edges.Count + 1
            ? PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term([.. edges], [.. gammas]))
            : throw new ArgumentException($"{edges.Count} inner edges make {edges.Count + 1} bins, but there are {gammas.Count} γ.", nameof(gammas));

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) => Evaluate(logits, labels, null, Term(edges, gammas));

    /// <inheritdoc/>
    public override void BeginValidation()
    {
        foreach (var cells in new[] { counts, confidences, rights })
            Array.Clear(cells);
    }

    /// <inheritdoc/>
    public override void ObserveValidation(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var batch = new PixelBatch(logits, labels, IgnoreIndex, CheckLabels);
        var predicted = LogitDistances.FirstLargest(batch, batch.Logits);
        var right = (predicted.squeeze(1) == batch.Labels).flatten();
        var doubt = batch.LogProbabilities.gather(1, predicted).expm1_().neg_().flatten().to(ScalarType.Float64);
        if (batch.Ignored is { } ignored)
        {
            var counted = ignored.flatten().logical_not();
            (right, doubt) = (right.masked_select(counted), doubt.masked_select(counted));
        }

        if (doubt.numel() == 0)
            return;
        var cell = doubt.clamp_min(double.Epsilon).log2().mul_(-CellsAHalving).nan_to_num(0, Cells - 1, 0).clamp_(0, Cells - 1)
            .to(ScalarType.Int64);
        Add(counts, cell, ones_like(doubt));
        Add(confidences, cell, 1 - doubt);
        Add(rights, cell, right.to(ScalarType.Float64));
    }

    /// <inheritdoc/>
    public override void EndEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var total = counts.Sum();
        if (total == 0)
            return;
        var (newEdges, newGammas, cell, seen) = (new double[Bins - 1], (double[])gammas.Clone(), 0, 0.0);
        for (var b = 0; b < Bins; b++)
        {
            double count = 0, gap = 0;
            for (; cell < Cells && (b == Bins - 1 || seen < total * (b + 1) / Bins); cell++)
            {
                seen += counts[cell];
                count += counts[cell];
                gap += confidences[cell] - rights[cell];
            }

            if (b < Bins - 1)
                newEdges[b] = 1 - Math.Pow(2, -(double)cell / CellsAHalving);
            if (count > 0)
                newGammas[b] = Next(gammas[b], gap / count);
        }

        (edges, gammas) = (newEdges, newGammas);
        BeginValidation();
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState() =>
        edges.Select((value, i) => (Key: Invariant($"edge.{i}"), value))
            .Concat(gammas.Select((value, i) => (Key: Invariant($"gamma.{i}"), value)))
            .ToDictionary(pair => pair.Key, pair => pair.value);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The state is that of another loss, or of another number of bins.</exception>
    public override void LoadState(IReadOnlyDictionary<string, double> state)
    {
        (edges, gammas) = (SavedNumbers.Read(state, "edge", Bins - 1), SavedNumbers.Read(state, "gamma", Bins));
        BeginValidation();
    }

    /// <summary>γ after an epoch whose bin had a mean confidence that exceeds its accuracy by a gap.</summary>
    internal double Next(double gamma, double gap)
    {
        var next = gamma * Math.Exp(gamma > 0 ? Rate * gap : -Rate * gap);
        if (Math.Abs(next) < Threshold)
            next = next > 0 ? -Threshold : Threshold;
        return Math.Clamp(next, SmallestGamma, LargestGamma);
    }

    private static void Add(double[] cells, Tensor cell, Tensor values)
    {
        var sums = cell.bincount(values, Cells).cpu().data<double>();
        for (var i = 0; i < cells.Length; i++)
            cells[i] += sums[i];
    }

    private static WeightedTerm Term(double[] edges, double[] gammas) => new("focal", 1, new PiecewiseFocalTerm(edges, gammas));
}
