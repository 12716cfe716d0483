namespace MarginNotebooks.Host.Notebooks;

/// <summary>What to run and where its results go.</summary>
public sealed record NotebookRun
{
    /// <summary>The notebook to execute.</summary>
    public required string Path { get; init; }

    /// <summary>Values for its parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Where the executed notebook is written; null to write none.</summary>
    public string? Output { get; init; }

    /// <summary>Where the page made of it is written; null to write none.</summary>
    public string? Html { get; init; }

    /// <summary>How long a cell may go on after the request to stop, to save what it is doing.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a run of a notebook ended.</summary>
public enum RunEnd
{
    /// <summary>Every cell ran.</summary>
    Completed,

    /// <summary>A cell failed; those after it did not run.</summary>
    Failed,

    /// <summary>The user stopped it.</summary>
    Interrupted,
}
