using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>Accumulates calibration measures of one pixel region over batches, keeping sums and never the pixels.</summary>
/// <remarks>
/// Results do not depend on the number of threads; accumulators of different batches can be merged. The one exception to keeping no
/// pixels is
/// <see cref="AdaptiveRule.Authors"/>, whose definition needs the region's sorted confidences (5 bytes a pixel).
/// </remarks>
/// <example><code>
/// var sums = new CalibrationAccumulator(classes: 4, CalibrationRules.Sound, PixelRegion.All);
/// foreach (var (logits, labels) in batches)
///     sums.Add(logits, labels);            // (B, C, *S), (B, *S)
/// Console.WriteLine(sums.Scores().Ece);
/// </code></example>
public sealed class CalibrationAccumulator
{
    private readonly BinSums _gapBins;
    private readonly BinSums[] _perClass;
    private readonly ConfidenceSketch? _sketch;
    private readonly List<float>? _confidences;
    private readonly List<bool>? _hits;
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
            (_confidences, _hits) = ([], []);
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
    public void Add(Tensor logits, Tensor labels) => Add(PixelBatch.From(logits, labels, Classes, IgnoreIndex));

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
        _confidences?.AddRange(other._confidences!);
        _hits?.AddRange(other._hits!);
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
            _sketch?.AdaptiveError(Rules.AdaptiveBins) ?? AdaptiveCalibrationError.Authors(
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_confidences!),
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_hits!),
                Rules.AdaptiveBins),
            CalibrationErrors.Maximum(_gapBins),
            CalibrationErrors.Average(_gapBins),
            CalibrationErrors.RootMeanSquare(_gapBins),
            Proper.NegativeLogLikelihood,
            Proper.Brier);
    }

    // One task owns each class's sums and one the top label's, so nothing is shared and the order of additions is fixed.
    internal void Add(PixelBatch batch)
    {
        var inside = batch.InRegion(Region);
        Parallel.For(0, Classes + 1, k =>
        {
            if (k == 0)
                AddTopLabel(batch, inside);
            else
                AddClass(batch, inside, k - 1);
        });
    }

    private void AddTopLabel(PixelBatch batch, bool[] inside)
    {
        var sameBins = ReferenceEquals(_gapBins, TopLabel);
        for (var i = 0; i < inside.Length; i++)
        {
            if (!inside[i])
                continue;
            var confidence = batch.Confidence[i];
            var correct = batch.Predicted[i] == batch.Labels[i];
            TopLabel.AddPixel(Rules.Binning.IndexOf(confidence), confidence, correct);
            if (!sameBins)
                _gapBins.AddPixel(Rules.GapBinning.IndexOf(confidence), confidence, correct);
            Proper.AddPixel(batch.NegativeLogLikelihood[i], batch.Brier[i], correct);
            _sketch?.Add(confidence, correct);
            _confidences?.Add(confidence);
            _hits?.Add(correct);
            _largestLabel = Math.Max(_largestLabel, batch.Labels[i]);
        }
    }

    private void AddClass(PixelBatch batch, bool[] inside, int k)
    {
        var threshold = Rules.ClasswiseThreshold ?? -1;
        for (var b = 0; b < batch.Samples; b++)
        {
            var probabilities = batch.Probabilities.AsSpan((b * batch.Classes + k) * batch.Spatial, batch.Spatial);
            for (var s = 0; s < probabilities.Length; s++)
            {
                var i = b * batch.Spatial + s;
                if (inside[i] && probabilities[s] > threshold)
                    _perClass[k].AddPixel(Rules.Binning.IndexOf(probabilities[s]), probabilities[s], batch.Labels[i] == k);
            }
        }
    }
}
