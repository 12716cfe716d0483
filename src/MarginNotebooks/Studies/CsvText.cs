using System.Globalization;
using System.Text;

namespace MarginNotebooks.Studies;

/// <summary>The plain comma-separated tables of a run folder: a header, then rows of numbers and names that hold no comma or quote.</summary>
internal static class CsvText
{
    public static string Write(IReadOnlyList<string> header, IEnumerable<IEnumerable<object>> rows)
    {
        var text = new StringBuilder().AppendJoin(',', header.Select(Cell)).Append('\n');
        foreach (var row in rows)
            text.AppendJoin(',', row.Select(Cell)).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads a table, checking that every row has the header's length.</summary>
    public static (string[] Header, List<string[]> Rows) Read(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0)
            throw new InvalidDataException($"'{path}' is empty: delete the run's folder and run it again.");
        var header = lines[0].Split(',');
        var rows = new List<string[]>(lines.Length - 1);
        for (var i = 1; i < lines.Length; i++)
        {
            var cells = lines[i].Split(',');
            if (cells.Length != header.Length)
                throw new InvalidDataException($"'{path}', line {i + 1}: {cells.Length} cells where the header has {header.Length}.");
            rows.Add(cells);
        }
        return (header, rows);
    }

    public static double Number(string cell, string path) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"'{path}': '{cell}' is not a number.");

    public static int Whole(string cell, string path) =>
        int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"'{path}': '{cell}' is not a whole number.");

    /// <summary>Checks that a table begins with the columns it should, the last of which are protocol, case and patient.</summary>
    public static void RequireColumns(string[] header, string[] expected, string path)
    {
        if (!header.Take(expected.Length).SequenceEqual(expected))
            throw new InvalidDataException(
                $"'{path}' begins with the columns {string.Join(", ", header.Take(expected.Length))}, not {string.Join(", ", expected)}: it is another table.");
    }

    /// <summary>A case's scores: protocol, case and patient in the three columns before <paramref name="first"/>, a score in each from there on.</summary>
    public static CaseRow Case(string[] header, string[] row, int first, string path) => new(
        row[first - 3], row[first - 2], row[first - 1],
        Enumerable.Range(first, header.Length - first).ToDictionary(i => header[i], i => Number(row[i], path)));

    private static string Cell(object value) => value switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        string name when name.AsSpan().IndexOfAny(",\"\r\n") < 0 => name,
        _ => throw new ArgumentException($"'{value}' cannot stand in a plain comma-separated table: rename it without commas, quotes or line breaks."),
    };
}
