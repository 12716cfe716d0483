using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>Accumulates calibration measures of one pixel region over batches, keeping sums and never the pixels.</summary>
/// <remarks>
/// Results do not depend on the number of threads; accumulators of different batches can be merged. The one exception to keeping no
/// pixels is
/// <see cref="AdaptiveRule.Authors"/>, whose definition needs the region's sorted confidences (4 bytes a pixel).
/// </remarks>
/// <example><code>
/// var sums = new CalibrationAccumulator(classes: 4, CalibrationRules.Sound, PixelRegion.All);
/// foreach (var (logits, labels) in batches)
///     sums.Add(logits, labels);            // (B, C, *S), (B, *S)
/// Console.WriteLine(sums.Scores().Ece);
/// </code></example>
public sealed class CalibrationAccumulator
{
    private const int PieceSize = 32 * ScoredTile.Capacity;

    private readonly BinSums _gapBins;
    private readonly BinSums[] _perClass;
    private readonly ConfidenceSketch? _sketch;
    private readonly List<uint>? _ranked;
    private int _largestLabel = -1;

    /// <summary>An empty accumulator.</summary>
    /// <param name="classes">Number of classes C, background included; at most 255.</param>
    /// <param name="rules">How the measures are computed.</param>
    /// <param name="region">Which pixels count.</param>
    /// <param name="ignoreIndex">Label of pixels that never count; null when every label is a class.</param>
    public CalibrationAccumulator(int classes, CalibrationRules rules, PixelRegion region, long? ignoreIndex = 255)
    {
        if (classes is < 2 or > 255)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, "The number of classes, background included, must be 2 to 255.");
        Classes = classes;
        Rules = rules;
        Region = region;
        IgnoreIndex = ignoreIndex;
        TopLabel = new BinSums(rules.Binning.Bins);
        _gapBins = rules.GapBinning.Equals(rules.Binning) ? TopLabel : new BinSums(rules.GapBinning.Bins);
        _perClass = [.. Enumerable.Range(0, classes).Select(_ => new BinSums(rules.Binning.Bins))];
        if (rules.Adaptive == AdaptiveRule.Sound)
            _sketch = new ConfidenceSketch();
        else
            _ranked = [];
    }

    /// <summary>Number of classes, background included.</summary>
    public int Classes { get; }

    /// <summary>How the measures are computed.</summary>
    public CalibrationRules Rules { get; }

    /// <summary>Which pixels count.</summary>
    public PixelRegion Region { get; }

    /// <summary>Label of pixels that never count; null when every label is a class.</summary>
    public long? IgnoreIndex { get; }

    /// <summary>Sums over the confidence of the most probable class: the reliability diagram.</summary>
    public BinSums TopLabel { get; }

    /// <summary>Sums over each class's probability, class 0 first; correct means that the pixel truly is of that class.</summary>
    public IReadOnlyList<BinSums> PerClass => _perClass;

    /// <summary>Number of pixels, and the sums of NLL and Brier score.</summary>
    public ProperScores Proper { get; } = new();

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c>, any floating type, device and strides.</param>
    /// <param name="labels">True classes, <c>(B, *S)</c>, any integer type.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label is neither a class nor the ignored value.</exception>
    /// <exception cref="InvalidOperationException">A pixel's logits are not finite.</exception>
    public void Add(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        AddTo([this], new PixelBatch(logits, labels, Classes, IgnoreIndex));
    }

    /// <summary>Adds what another accumulator has seen.</summary>
    /// <param name="other">Accumulator of the same classes, rules and region.</param>
    public void Merge(CalibrationAccumulator other)
    {
        if (other.Classes != Classes || other.Rules != Rules || other.Region != Region || other.IgnoreIndex != IgnoreIndex)
            throw new ArgumentException(
                "Only accumulators of the same classes, rules, region and ignored label can be merged.", nameof(other));
        TopLabel.Add(other.TopLabel);
        if (!ReferenceEquals(_gapBins, TopLabel))
            _gapBins.Add(other._gapBins);
        for (var k = 0; k < Classes; k++)
            _perClass[k].Add(other._perClass[k]);
        Proper.Add(other.Proper);
        _sketch?.Add(other._sketch!);
        _ranked?.AddRange(other._ranked!);
        _largestLabel = Math.Max(_largestLabel, other._largestLabel);
    }

    /// <summary>The measures of all pixels so far.</summary>
    /// <returns>The scores.</returns>
    public CalibrationScores Scores()
    {
        var n = Proper.Pixels;
        var classes = Rules.Classwise == ClasswiseAverage.AllClasses ? Classes : _largestLabel + 1;
        return new CalibrationScores(
            n,
            Proper.Accuracy,
            n == 0 ? Rules.ExpectedErrorWithoutPixels : CalibrationErrors.Expected(TopLabel, n),
            ClasswiseCalibrationError.Mean(_perClass, n, Rules.ClasswiseThreshold is not null, classes),
            _sketch?.AdaptiveError(Rules.AdaptiveBins) ?? AdaptiveCalibrationError.AuthorsOfRanked(CollectionsMarshal.AsSpan(_ranked!), Rules.AdaptiveBins),
            CalibrationErrors.Maximum(_gapBins),
            CalibrationErrors.Average(_gapBins),
            CalibrationErrors.RootMeanSquare(_gapBins),
            Proper.NegativeLogLikelihood,
            Proper.Brier);
    }

    /// <summary>Adds a batch to several accumulators of the same classes and ignored label: its pixels are scored once.</summary>
    /// <param name="accumulators">Any rules and regions.</param>
    /// <param name="batch">The pixels.</param>
    /// <param name="predicted">Receives each pixel's most probable class; empty when not wanted.</param>
    internal static void AddTo(IReadOnlyList<CalibrationAccumulator> accumulators, PixelBatch batch, Memory<byte> predicted = default)
    {
        var piecesASample = (batch.Spatial + PieceSize - 1) / PieceSize;
        var pieces = batch.Samples * piecesASample;
        var proper = new (double Nll, double Brier)[pieces * accumulators.Count];
        var threads = new ConcurrentBag<RegionSums[]>();
        OrderedParallel.For(
            pieces,
            () =>
            {
                var sums = accumulators.Select(a => new RegionSums(a.Rules, a.Region, a.Classes)).ToArray();
                threads.Add(sums);
                return (Sums: sums, Tile: new ScoredTile(batch.Classes));
            },
            (piece, mine) =>
            {
                var (sample, first) = (piece / piecesASample, piece % piecesASample * PieceSize);
                for (var start = first; start < Math.Min(batch.Spatial, first + PieceSize); start += ScoredTile.Capacity)
                {
                    batch.Load(sample, start, mine.Tile);
                    for (var a = 0; a < mine.Sums.Length; a++)
                    {
                        var (nll, brier) = mine.Sums[a].Add(mine.Tile);
                        ref var sum = ref proper[piece * mine.Sums.Length + a];
                        sum = (sum.Nll + nll, sum.Brier + brier);
                    }

                    if (!predicted.IsEmpty)
                        for (var i = 0; i < mine.Tile.Count; i++)
                            predicted.Span[sample * batch.Spatial + start + i] = (byte)mine.Tile.Predicted[i];
                }
            });
        // First the threads' whole numbers, then one rounding.
        var all = threads.ToArray();
        for (var a = 0; a < accumulators.Count; a++)
        {
            foreach (var sums in all.Skip(1))
                all[0][a].Add(sums[a]);
            if (all.Length > 0)
                accumulators[a].Add(all[0][a]);
            for (var piece = 0; piece < pieces; piece++)
                accumulators[a].Proper.AddSums(proper[piece * accumulators.Count + a]);
        }
    }

    private void Add(RegionSums sums)
    {
        sums.AddTo(TopLabel, _gapBins, _perClass);
        Proper.AddCounts(sums.Pixels, sums.Correct);
        _sketch?.Add(sums.Sketch!);
        _ranked?.AddRange(sums.Ranked);
        _largestLabel = Math.Max(_largestLabel, sums.LargestLabel);
    }
}
