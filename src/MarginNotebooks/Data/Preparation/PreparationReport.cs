using MarginNotebooks.Runtime;

namespace MarginNotebooks.Data.Preparation;

/// <summary>What a preparation did: counts, times, and every file that was skipped, doubtful or ignored, and why.</summary>
public sealed record PreparationReport
{
    /// <summary>Name of the file for programs.</summary>
    public const string JsonName = "report.json";

    /// <summary>Name of the file for people.</summary>
    public const string MarkdownName = "report.md";

    /// <summary>Key of the data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>The folder it was made from.</summary>
    public required string Source { get; init; }

    /// <summary>Program and version.</summary>
    public required string Tool { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTime Started { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Cases in the prepared set.</summary>
    public required int Prepared { get; init; }

    /// <summary>Of those, how many an earlier run had already prepared.</summary>
    public required int Reused { get; init; }

    /// <summary>Cases found but not prepared.</summary>
    public required int Skipped { get; init; }

    /// <summary>Cases of the training, validation and test part.</summary>
    public required SplitSizes Cases { get; init; }

    /// <summary>Patients of the training, validation and test part.</summary>
    public required SplitSizes Patients { get; init; }

    /// <summary>Everything that was noticed, the gravest first.</summary>
    public required IReadOnlyList<PreparationNote> Notes { get; init; }

    /// <summary>0 when every case found was prepared, 1 when one was not (or there is none).</summary>
    public int ExitCode => Skipped > 0 || Prepared == 0 ? 1 : 0;

    /// <summary>One sentence for the end of a run.</summary>
    /// <returns>What was prepared, and what was not.</returns>
    public string Summary()
    {
        var text = $"{Prepared} cases prepared ({Cases} train/valid/test)";
        var skipped =
            Notes.Where(note => note.Severity == PreparationSeverity.Skipped).Select(note => $"{note.Case} ({note.Code})").ToList();
        if (skipped.Count > 0)
            text += $"; {Skipped} skipped: {string.Join(", ", skipped.Take(10))}{(skipped.Count > 10 ? ", …" : "")}";
        return text + ".";
    }

    /// <summary>Writes <c>report.json</c> and <c>report.md</c>.</summary>
    /// <param name="root">The data set's folder.</param>
    public void Write(string root)
    {
        DataJson.Write(Path.Combine(root, JsonName), this, DataJson.Files.PreparationReport);
        WholeFile.WriteText(Path.Combine(root, MarkdownName), PreparationMarkdown.Of(this));
    }
}
