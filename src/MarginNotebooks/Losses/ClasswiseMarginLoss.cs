using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.ClasswiseMarginLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Margin-based label smoothing with a margin of its own for each class: this kit's addition to <see cref="MarginLoss"/>.</summary>
/// <remarks>
/// <para><c>L = CE + λ·mean_{pixels,k} max(0, d_k - m_k)</c>, <c>d_k = max_j l_j - l_k</c>: m_k bounds how far class k's logit may lie below
/// the largest one. Equal m_k give <see cref="MarginLoss"/>.</para>
/// <para>Margins are given, or follow from how often each class occurs: <c>m_k = m + s·log(n_max / n_k)</c>, n_k the training pixels of class
/// k. Where nothing speaks for a class, its log-odds against the most frequent one are <c>log(n_k / n_max)</c>; one margin for all
/// therefore asks for more belief in rare classes than their frequency warrants. With s = 1 the margin m is counted from there (the
/// adjustment is that of Menon et al., ICLR 2021, arXiv 2007.07314, who add it to the logits); s = 0 is plain MbLS.</para>
/// <para>Source: this kit; no publication is known to us. The recipe has not been tuned on any data set.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ce</c>, <c>margin</c> (weight λ).</para>
/// <para>The trainer counts the classes before the first step; until then all count as equally frequent. A class that never occurs counts as
/// one pixel. The margins are part of the saved state.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "mbls-classwise-M", "MbLS with a margin for each class",
    Formula = "CE + λ·mean_{pixels,k} max(0, d_k - m_k), m_k = m + s·log(n_max / n_k)",
    Source = "this kit",
    Test = "ClasswiseMarginLossTests",
    Note = "m 5 and 10, s 1, λ 0.1; our own choice.")]
public sealed class ClasswiseMarginLoss : SegmentationLoss, IMethodSource
{
    private const string Saved = "margin";
    private readonly double[]? given;
    private readonly double margin;
    private readonly double strength;
    private double[] counted = [];

    /// <summary>Given margins.</summary>
    /// <param name="margins">m_k of each class, at least 0.</param>
    /// <param name="lambda">λ, a number or a schedule.</param>
    public ClasswiseMarginLoss(IReadOnlyList<double> margins, LambdaSchedule lambda)
    {
        ArgumentNullException.ThrowIfNull(margins);
        ArgumentNullException.ThrowIfNull(lambda);
        ArgumentOutOfRangeException.ThrowIfZero(margins.Count);
        given = [.. margins.Select((m, k) => Hyper.NotNegative(m, $"margins[{k}]"))];
        Lambda = lambda;
        Name = Invariant($"MbLS classwise (m={string.Join(" ", given.Select(m => Invariant($"{m}")))}, λ={Lambda})");
    }

    /// <summary>Margins that follow from how often each class occurs in the training slices.</summary>
    /// <param name="margin">m of the most frequent class, at least 0, in units of logits.</param>
    /// <param name="lambda">λ, a number or a schedule.</param>
    /// <param name="strength">s, at least 0; 1 counts the margin from the classes' log-odds.</param>
    public ClasswiseMarginLoss(double margin, LambdaSchedule lambda, double strength)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        this.margin = Hyper.NotNegative(margin);
        this.strength = Hyper.NotNegative(strength);
        Lambda = lambda;
        Name = Invariant($"MbLS classwise (m={margin}, s={strength}, λ={Lambda})");
    }

    /// <summary>λ, the weight of the penalty.</summary>
    public LambdaSchedule Lambda { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool NeedsClassCounts => given is null;

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "mbls-classwise",
            Numbers = [5, 10],
            Display = "MbLS classwise (m={0})",
            Source = "this kit",
            HyperParameters = "m of the most frequent class 5 and 10, s 1, λ 0.1; our own choice",
            Create = (margin, ignore) => new ClasswiseMarginLoss(margin, MethodCatalog.PublishedLambda, 1) { IgnoreIndex = ignore },
        },
    ];

    /// <summary>The recipe: <c>m_k = m + s·log(n_max / n_k)</c>.</summary>
    /// <param name="pixels">n_k; 0 counts as 1.</param>
    /// <param name="margin">m.</param>
    /// <param name="strength">s.</param>
    /// <returns>m_k of each class; the most frequent one has m.</returns>
    public static IReadOnlyList<double> Margins(IReadOnlyList<long> pixels, double margin, double strength = 1)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var most = Math.Max(1, pixels.Count == 0 ? 1 : pixels.Max());
        return [.. pixels.Select(n => Hyper.NotNegative(margin) + Hyper.NotNegative(strength) * Math.Log((double)most / Math.Max(1, n)))];
    }

    /// <inheritdoc/>
    public override void ObserveClassCounts(IReadOnlyList<long> pixels)
    {
        if (given is null)
            counted = [.. Margins(pixels, margin, strength)];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The number of given margins is not that of the classes, or something does not fit.</exception>
    public override LossTerms Forward(Tensor logits, Tensor labels)
    {
        LabelCheck.Shapes(logits, labels);
        if (given is not null && given.Length != logits.shape[1])
            throw new ArgumentException(
                $"There are {given.Length} margins, but logits of shape {LabelCheck.Text(logits)} have {logits.shape[1]} classes.", nameof(logits));
        return Evaluate(
            logits, labels, null, CrossEntropyLoss.Term,
            new WeightedTerm("margin", Lambda.Value, new DistanceTerm(MarginOf, false, DistancePenalty.Linear)));
    }

    /// <inheritdoc/>
    public override void EndEpoch(int epoch) => Lambda.EndEpoch(epoch);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> SaveState()
    {
        var state = new Dictionary<string, double>(Lambda.SaveState());
        for (var k = 0; k < counted.Length; k++)
            state[Invariant($"{Saved}.{k}")] = counted[k];
        return state;
    }

    /// <inheritdoc/>
    public override void LoadState(IReadOnlyDictionary<string, double> state)
    {
        Lambda.LoadState(state);
        counted = SavedNumbers.Read(state, Saved, SavedNumbers.Count(state, Saved));
    }

    private double MarginOf(int k) =>
        given is not null ? given[k]
        : k < counted.Length ? counted[k]
        // Never seen in training, like one pixel: no rarer class is known.
        : counted.Length > 0 ? counted.Max()
        : margin;
}
