namespace MarginNotebooks.Training;

/// <summary>One line of a run's epoch log.</summary>
/// <param name="Epoch">Zero-based epoch.</param>
/// <param name="LearningRate">Learning rate used during the epoch.</param>
/// <param name="TrainLoss">Mean training loss over the epoch's batches.</param>
/// <param name="TrainTerms">Mean of each named loss term over the epoch's batches.</param>
/// <param name="ValidationLoss">Mean validation loss.</param>
/// <param name="ValidationMeanIoU">Foreground mean intersection over union, accumulated over all validation slices.</param>
/// <param name="Seconds">Wall-clock duration of the epoch, validation included.</param>
public sealed record EpochRecord(
    int Epoch,
    double LearningRate,
    double TrainLoss,
    IReadOnlyDictionary<string, double> TrainTerms,
    double ValidationLoss,
    double ValidationMeanIoU,
    double Seconds)
{
    /// <summary>More about the validation slices: accuracy, calibration, logit distances; null in logs from before they were kept.</summary>
    public ValidationScores? Validation { get; init; }
}
