namespace MarginNotebooks.Studies;

/// <summary>Where a run of a study stands.</summary>
public enum RunState
{
    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>There is a checkpoint to go on from.</summary>
    Started,

    /// <summary>A process is at work on it.</summary>
    Running,

    /// <summary>It failed; the error is recorded.</summary>
    Failed,

    /// <summary>It was finished, but a file of its results cannot be read.</summary>
    Damaged,

    /// <summary>Its results are there.</summary>
    Finished,
}

/// <summary>A run and where it stands.</summary>
/// <param name="Configuration">The run.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Note">The error of a failed or damaged run, the process of a running one.</param>
/// <param name="Progress">How far it was when last heard of; null when unknown.</param>
public sealed record RunStatus(RunConfiguration Configuration, RunState State, string? Note = null, RunProgress? Progress = null);
