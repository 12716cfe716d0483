using MarginNotebooks.Losses.Fused;
using MarginNotebooks.Reference;
using static System.FormattableString;
using static TorchSharp.torch;

[assembly: MarginNotebooks.Losses.MethodsOf<MarginNotebooks.Losses.SoftL1AceLoss>]

namespace MarginNotebooks.Losses;

/// <summary>Average calibration error as a loss, every pixel shared linearly between the two nearest bins.</summary>
/// <remarks>
/// <para><c>L = mean_{b,c} mean_bins |mean p - mean t|</c>: p softmax probability of class c, t whether the pixel is of class c, one
/// table a sample and class.</para>
/// <para>A probability between two bin centres counts in both bins with linear weights, beyond the outer centres in the outer bin alone;
/// the gradient runs through the weights too. Bins of a total weight below <see cref="LeastWeight"/> are skipped.</para>
/// <para>Source: Barfoot et al., "Average calibration losses for reliable uncertainty in medical image segmentation" (arXiv 2506.03942);
/// authors' <c>src/losses/softl1ace.py</c>. They add it to cross-entropy and Dice; on its own it does not segment.</para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>. Parts: <c>ace</c>.</para>
/// <para>Departure: ignored pixels leave every bin (the original knows none). Sums are float32; a bin counts exactly up to 16 million
/// pixels.</para>
/// </remarks>
[Reference(
    ReferenceKind.Loss, "l1ace-soft-term", "Average calibration error as a term, soft bins (sL1-ACE)",
    Formula = "mean_{b,c} mean_bins |mean p - mean t|",
    Source = MethodSource,
    Test = "L1AceGoldenTests",
    Note = "A term: on its own it does not segment.")]
public sealed class SoftL1AceLoss : SegmentationLoss, IMethodSource
{
    private const string MethodSource = "Barfoot et al., 2025, arXiv 2506.03942";

    /// <summary>Bins of a smaller total weight are skipped, as in the original.</summary>
    public const double LeastWeight = 0.01;

    /// <summary>Average calibration error.</summary>
    /// <param name="bins">Number of bins over 0..1, at least 2; the authors use 20.</param>
    /// <param name="background">Whether class 0 counts.</param>
    /// <param name="absent">Whether classes absent from a sample contribute.</param>
    public SoftL1AceLoss(int bins, Background background, AbsentClass absent)
    {
        Bins = Hyper.AtLeast(2, bins);
        Background = background;
        Absent = absent;
    }

    /// <summary>Number of bins over 0..1.</summary>
    public int Bins { get; }

    /// <summary>Whether class 0 counts.</summary>
    public Background Background { get; }

    /// <summary>Whether classes absent from a sample contribute.</summary>
    public AbsentClass Absent { get; }

    /// <inheritdoc/>
    public override string Name => Invariant($"sL1-ACE ({Bins} bins)");

    /// <summary>Average calibration error of a batch.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="bins">Number of bins over 0..1, at least 2.</param>
    /// <param name="background">Whether class 0 counts.</param>
    /// <param name="absent">Whether classes absent from a sample contribute.</param>
    /// <param name="ignoreIndex">Label value whose pixels do not count; null for none.</param>
    /// <returns>A scalar with gradient, in 0..1.</returns>
    /// <exception cref="ArgumentException">Shapes, types or label values do not fit.</exception>
    public static Tensor Compute(
        Tensor logits, Tensor labels, int bins, Background background, AbsentClass absent, long? ignoreIndex = null) =>
        PixelBatch.Evaluate(logits, labels, ignoreIndex, null, Term(Hyper.AtLeast(2, bins), background, absent));

    /// <inheritdoc/>
    public static IReadOnlyList<MethodFamily> Families =>
    [
        new()
        {
            Key = "l1ace-soft-term",
            Display = "sL1-ACE alone",
            Source = MethodSource,
            HyperParameters = "20 bins, background included, absent classes give 0; published only together with CE or Dice",
            Create = (_, ignore) => new SoftL1AceLoss(20, Background.Included, AbsentClass.Skipped) { IgnoreIndex = ignore },
        },
    ];

    /// <inheritdoc/>
    public override LossTerms Forward(Tensor logits, Tensor labels) =>
        Evaluate(logits, labels, null, Term(Bins, Background, Absent));

    internal static WeightedTerm Term(int bins, Background background, AbsentClass absent, double weight = 1) =>
        new("ace", weight, new L1AceTerm(soft: true, bins, background, absent, leastWeight: LeastWeight));
}
