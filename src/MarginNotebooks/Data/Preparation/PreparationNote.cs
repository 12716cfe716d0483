namespace MarginNotebooks.Data.Preparation;

/// <summary>How much a note of a preparation matters.</summary>
public enum PreparationSeverity
{
    /// <summary>A file that is no part of the task, left alone on purpose.</summary>
    Ignored,

    /// <summary>The case was prepared, but somebody should look at it.</summary>
    Warning,

    /// <summary>The case was not prepared.</summary>
    Skipped,
}

/// <summary>One thing that a preparation has to say.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">A short name of the kind of problem, for programs (for example <c>label-missing</c>).</param>
/// <param name="Case">The case it is about, or null.</param>
/// <param name="Message">What was found, with the value, and what follows from it.</param>
/// <param name="Files">The files it is about, below the source folder.</param>
public sealed record PreparationNote(PreparationSeverity Severity, string Code, string? Case, string Message, IReadOnlyList<string> Files);
