using System.Globalization;

namespace MarginNotebooks.Benchmarks.Report;

/// <summary>The benchmark table of the README, between two marks, made from the stored rows.</summary>
public static class ReadmeTable
{
    /// <summary>Line before the table.</summary>
    public const string Begin = "<!-- benchmarks:begin -->";

    /// <summary>Line after the table.</summary>
    public const string End = "<!-- benchmarks:end -->";

    /// <summary>Puts the table of some rows between the marks of a text.</summary>
    /// <param name="readme">The text.</param>
    /// <param name="rows">The rows, in the order of the table.</param>
    /// <returns>The text with the new table; everything outside the marks is as before.</returns>
    /// <exception cref="InvalidDataException">A mark is missing, double, or they stand in the wrong order.</exception>
    public static string Replace(string readme, IReadOnlyList<RowResult> rows)
    {
        var (begin, end) = (Only(readme, Begin), Only(readme, End));
        if (end < begin)
            throw new InvalidDataException($"In the README '{End}' stands before '{Begin}'.");
        return readme[..(begin + Begin.Length)] + "\n" + Markdown(rows) + readme[end..];
    }

    /// <summary>The table, and below it the machines and dates.</summary>
    /// <param name="rows">The rows, in order.</param>
    /// <returns>Markdown that ends with a line feed.</returns>
    public static string Markdown(IReadOnlyList<RowResult> rows)
    {
        if (rows.Count == 0)
            return "Nothing is stored yet: `margin bench --readme` measures every row and writes the table here.\n";
        var text = new System.Text.StringBuilder();
        text.Append("| | kit | against | figure | required | |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in rows)
            text.Append($"| {Cell(row.Title)} | {Value(row.Ours)} | {Value(row.Competitor)} | {Figure(row)} | {Required(row)} | {Verdict(row)} |\n");
        foreach (var remark in rows.Where(row => Remark(row) is not null))
            text.Append($"\n- **{Cell(remark.Title)}**: {Remark(remark)}");
        if (rows.Any(row => Remark(row) is not null))
            text.Append('\n');
        text.Append($"\n{string.Join("\n", rows.Where(row => row.Ours is not null).GroupBy(Origin).Select(group => Line(group.Key, group.Count(), rows.Count(row => row.Ours is not null))))}\n");
        return text.ToString();
    }

    /// <summary>A number with three significant digits, without an exponent.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        var digits = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return Math.Round(value, digits).ToString("F" + digits, CultureInfo.InvariantCulture);
    }

    private static string Value(Sample? sample) => sample is null ? "–" : $"{Number(sample.Median)} {sample.Unit} ({Cell(sample.Name)})";

    private static string Figure(RowResult row) => row.Figure is { } figure ? $"**{Number(figure)} {row.FigureUnit}**" : "–";

    private static string Required(RowResult row) => row.Required?.Text(row.FigureUnit) ?? "–";

    private static string Verdict(RowResult row) => (row.Figure, row.Reached) switch
    {
        (null, _) => "not measured",
        (_, true) => "reached",
        (_, false) => "**not reached**",
        _ => "shown",
    };

    // What a reader must know: why a row is empty or short; remarks on good rows stay in the file.
    private static string? Remark(RowResult row) => row.Figure is null || row.Reached == false
        ? Cell(string.Join(" ", new[] { row.Fault, row.Note }.Where(text => !string.IsNullOrWhiteSpace(text)))) is { Length: > 0 } text
            ? text
            : "the reason is not known yet."
        : null;

    private static (Machine Machine, string Date, string Commit) Origin(RowResult row) =>
        (row.Machine, row.Date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), row.Commit is { Length: > 7 } commit ? commit[..7] : row.Commit ?? "unknown");

    private static string Line((Machine Machine, string Date, string Commit) origin, int count, int all)
    {
        var (m, date, commit) = origin;
        var which = count == all ? "Measured" : $"{count} of {all} rows measured";
        return $"*{which} on {m.Processor}, {m.Threads} threads of {m.Cores} cores, {Number(m.MemoryGiB)} GiB, {m.System}, {m.Devices}; {date}, commit {commit}; medians.*";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');

    private static int Only(string text, string mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0)
            throw new InvalidDataException($"The README has no line '{mark}'.");
        if (text.IndexOf(mark, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidDataException($"The README has the line '{mark}' twice.");
        return at;
    }
}
