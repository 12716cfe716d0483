using System.Globalization;
using System.Text;

namespace MarginNotebooks.Data.Preparation;

/// <summary>The report of a preparation for people.</summary>
internal static class PreparationMarkdown
{
    private const int MostFiles = 8;

    public static string Of(PreparationReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Preparation of {report.Dataset}\n\n{report.Summary()}\n\n");
        text.Append("| | |\n| --- | --- |\n");
        text.Append($"| source | `{report.Source}` |\n| tool | {report.Tool} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| started | {report.Started:yyyy-MM-dd HH:mm:ss} UTC |\n| duration | {report.Seconds:0.0} s |\n");
        text.Append($"| cases train/valid/test | {report.Cases} |\n| patients train/valid/test | {report.Patients} |\n");
        text.Append($"| taken over from an earlier run | {report.Reused} |\n");
        Section(text, report, PreparationSeverity.Skipped, "Skipped: not in the prepared data", "Nothing was skipped.");
        Section(text, report, PreparationSeverity.Warning, "Warnings: prepared, but worth a look", "None.");
        Section(text, report, PreparationSeverity.Ignored, "Ignored: no part of the task", "None.");
        return text.ToString();
    }

    private static void Section(StringBuilder text, PreparationReport report, PreparationSeverity severity, string title, string none)
    {
        var notes = report.Notes.Where(note => note.Severity == severity).ToList();
        text.Append($"\n## {title}\n\n");
        if (notes.Count == 0)
        {
            text.Append(none).Append('\n');
            return;
        }
        text.Append("| case | problem | what was found | files |\n| --- | --- | --- | --- |\n");
        foreach (var note in notes)
        {
            var files = string.Join(", ", note.Files.Take(MostFiles).Select(file => $"`{file}`"));
            if (note.Files.Count > MostFiles)
                files += $" and {note.Files.Count - MostFiles} more (all in {PreparationReport.JsonName})";
            text.Append($"| {note.Case ?? "–"} | {note.Code} | {note.Message.Replace("|", "\\|").ReplaceLineEndings(" ")} | {files} |\n");
        }
    }
}
