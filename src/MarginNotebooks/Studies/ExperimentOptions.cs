using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>Where a run works and what it reports to; nothing here changes its result but the device's last digits.</summary>
public sealed record ExperimentOptions
{
    /// <summary>Folder of prepared data sets; null for <c>MARGIN_DATA</c> or <c>data</c>.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The data, when the caller has them in memory; else they are opened.</summary>
    public StudyData? Data { get; init; }

    /// <summary>Receives the finished run, and is asked first whether it is there; null keeps results in memory only.</summary>
    public RunStore? Store { get; init; }

    /// <summary>Folder of checkpoints and weights.</summary>
    public string RunsFolder { get; init; } = Workspace.Find().Runs;

    /// <summary><c>cpu</c>, <c>cuda</c>, or <c>auto</c>: a GPU where there is one.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>True trains a finished run anew.</summary>
    public bool Again { get; init; }

    /// <summary>Seconds between checkpoints inside an epoch; there is always one at its end.</summary>
    public double CheckpointSeconds { get; init; } = 120;

    /// <summary>Test volumes of which the run keeps one slice's logits, for pictures; see <see cref="SampleLogits"/>. 0 keeps none.</summary>
    public int SampleVolumes { get; init; }

    /// <summary>Told about progress.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the run after the current batch; it can be continued.</summary>
    public CancellationToken Cancellation { get; init; }
}
