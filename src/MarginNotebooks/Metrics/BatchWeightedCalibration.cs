using MarginNotebooks.Reference;
using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>The authors' training-time calibration score: each batch's measures, averaged with the batch's number of pixels as
/// weight.</summary>
/// <remarks>
/// Not the measure of the pooled pixels: binned errors of small batches are biased upwards, and the result depends on the batch size.
/// Kept to compare with the original (SegmentCalibrateEvaluator); use <see cref="CalibrationAccumulator"/> for new work. Batches without
/// a pixel are left out.
/// </remarks>
/// <param name="classes">Number of classes, background included.</param>
/// <param name="ignoreIndex">Label of pixels that never count.</param>
[Reference(ReferenceKind.Measure, "batch-weighted", "The authors' calibration score during training", Formula = "Σ_batches n_i·score_i / Σ_batches n_i",
    Source = "authors' SegmentCalibrateEvaluator", Test = "CalibrationGoldenTests", Note = "Depends on the batch size; kept for comparison.")]
public sealed class BatchWeightedCalibration(int classes, long? ignoreIndex = 255)
{
    private readonly List<CalibrationScores> _batches = [];

    /// <summary>Scores of each batch that had pixels, in order.</summary>
    public IReadOnlyList<CalibrationScores> Batches => _batches;

    /// <summary>Scores a batch on its foreground pixels by true label.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c>.</param>
    /// <param name="labels">True classes, <c>(B, *S)</c>.</param>
    public void Add(Tensor logits, Tensor labels)
    {
        var batch = new CalibrationAccumulator(classes, CalibrationRules.Authors, PixelRegion.Foreground, ignoreIndex);
        batch.Add(logits, labels);
        if (batch.Proper.Pixels > 0)
            _batches.Add(batch.Scores());
    }

    /// <summary>The weighted mean of a measure.</summary>
    /// <param name="key">One of <see cref="CalibrationScores.Keys"/>.</param>
    /// <returns>The mean, NaN without pixels.</returns>
    public double Mean(string key) => _batches.Sum(batch => batch[key] * batch.Pixels) / _batches.Sum(batch => batch.Pixels);
}
