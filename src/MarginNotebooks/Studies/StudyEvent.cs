using System.Text.Json.Serialization;

namespace MarginNotebooks.Studies;

/// <summary>What a worker tells while it goes through a study.</summary>
public enum StudyEventKind
{
    /// <summary>A run begins, or goes on from a checkpoint.</summary>
    Started,

    /// <summary>A run is at work.</summary>
    Progress,

    /// <summary>Something the user should know.</summary>
    Warning,

    /// <summary>A run is finished and stored.</summary>
    Finished,

    /// <summary>A run failed; the error is recorded and the study goes on.</summary>
    Failed,

    /// <summary>A run cannot be tried here, for want of its data.</summary>
    Unavailable,

    /// <summary>Nothing can go on here, for example because the disk is full. What was done is safe.</summary>
    Halted,
}

/// <summary>One thing that a worker tells.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Run">Name of the run, see <see cref="RunConfiguration.Name"/>; null where it concerns none.</param>
/// <param name="Message">What the user should know; null for nothing.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Fraction">Part of the run that is done, in [0, 1].</param>
/// <param name="SecondsLeft">Estimated seconds left of this run; null while unknown.</param>
public sealed record StudyEvent(
    [property: JsonConverter(typeof(JsonStringEnumConverter<StudyEventKind>))] StudyEventKind Kind,
    string? Run = null,
    string? Message = null,
    int Epoch = 0,
    int Epochs = 0,
    double Fraction = 0,
    double? SecondsLeft = null);
