namespace MarginNotebooks.Training;

/// <summary>What a run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Training on the batches of an epoch.</summary>
    Training,

    /// <summary>Scoring an epoch on the validation slices.</summary>
    Validating,

    /// <summary>An epoch has just been scored; its record is in <see cref="TrainingProgress.Finished"/>.</summary>
    EpochFinished,

    /// <summary>The run is over.</summary>
    Completed,
}

/// <summary>How far a run has come; reported at most twice a second, and at the end of each epoch.</summary>
/// <param name="RunName">Name of the run.</param>
/// <param name="Phase">What is going on.</param>
/// <param name="Epoch">Zero-based epoch.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Batches of the phase that are done.</param>
/// <param name="Batches">Batches of the phase in all.</param>
/// <param name="Loss">Mean training loss of the epoch so far; NaN before its first batch.</param>
/// <param name="BestMeanIoU">Best validation score so far; null before the first epoch has ended.</param>
/// <param name="Elapsed">Time since this session of the run began.</param>
/// <param name="Remaining">Estimated time left; null while unknown.</param>
/// <param name="Finished">Record of the epoch that has just ended; null otherwise.</param>
/// <param name="Message">Something the user should know (a damaged checkpoint, another number of threads); null otherwise.</param>
public sealed record TrainingProgress(
    string RunName,
    TrainingPhase Phase,
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double? BestMeanIoU,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    EpochRecord? Finished = null,
    string? Message = null)
{
    /// <summary>Part of the run's epochs that is done, in [0, 1]; validation counts as the end of its epoch.</summary>
    public double Fraction => Phase switch
    {
        TrainingPhase.Completed => 1,
        TrainingPhase.EpochFinished => (Epoch + 1.0) / Epochs,
        TrainingPhase.Validating => (Epoch + 0.98) / Epochs,
        _ => (Epoch + 0.98 * Batch / Math.Max(1, Batches)) / Epochs,
    };

    /// <summary>One line of text.</summary>
    /// <returns>For example <c>CE  epoch 3/12  batch 40/413  loss 0.0213  best IoU 0.731  0:01:12, 0:04:30 left</c>.</returns>
    public override string ToString()
    {
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        var place = Phase switch
        {
            TrainingPhase.Training => $"epoch {Epoch + 1}/{Epochs}  batch {Batch}/{Batches}",
            TrainingPhase.Validating => $"epoch {Epoch + 1}/{Epochs}  validation {Batch}/{Batches}",
            TrainingPhase.EpochFinished => $"epoch {Epoch + 1}/{Epochs}  done",
            _ => $"{Epochs} epochs done",
        };
        var loss = double.IsNaN(Loss) ? "" : string.Create(invariant, $"  loss {Loss:0.0000}");
        var score = Finished is { } record ? string.Create(invariant, $"  IoU {record.ValidationMeanIoU:0.000}") : "";
        var best = BestMeanIoU is { } iou ? string.Create(invariant, $"  best IoU {iou:0.000}") : "";
        var left = Remaining is { } remaining && Phase != TrainingPhase.Completed ? $", {remaining:h\\:mm\\:ss} left" : "";
        return $"{RunName}  {place}{loss}{score}{best}  {Elapsed:h\\:mm\\:ss}{left}";
    }
}
