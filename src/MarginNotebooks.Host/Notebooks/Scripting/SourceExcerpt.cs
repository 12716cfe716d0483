using System.Globalization;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>The lines of a cell around the one to blame.</summary>
public static class SourceExcerpt
{
    /// <summary>Two lines before, the line itself with a mark, one after.</summary>
    /// <param name="source">Text of the cell.</param>
    /// <param name="line">One-based line.</param>
    /// <param name="column">One-based column to point at; null to point at none.</param>
    /// <returns>Lines to print.</returns>
    public static IEnumerable<string> Around(string source, int line, int? column = null)
    {
        var lines = source.Split('\n');
        for (var i = Math.Max(1, line - 2); i <= Math.Min(lines.Length, line + 1); i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture).PadLeft(4);
            yield return $"{(i == line ? '>' : ' ')}{number} | {lines[i - 1].TrimEnd('\r')}".TrimEnd();
            if (i == line && column is { } at)
                yield return new string(' ', 5) + " | " + new string(' ', at - 1) + "^";
        }
    }
}
