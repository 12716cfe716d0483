using System.Globalization;
using Deedle;

namespace MarginNotebooks.Display;

/// <summary>A table as text, ready to be written in any form: headings, cells, and which cells are the best of their column.</summary>
internal sealed record TableView(string? Caption, IReadOnlyList<TableView.Column> Columns, int Rows, bool HasMissing)
{
    /// <summary>What stands for a value that is not there.</summary>
    public const string Missing = "–";

    private const double SmallestShown = 0.0001;

    /// <summary>The note below a table in which something is missing.</summary>
    public const string MissingNote = "– : not defined or not available.";

    /// <summary>One column that is shown.</summary>
    public sealed record Column(string Heading, bool Numeric, bool RowHeader, Better? Better, IReadOnlyList<string> Cells,
        IReadOnlyList<bool> Best);

    public static TableView Of(Frame<int, string> frame, string? caption, IReadOnlyDictionary<string, ColumnStyle> styles)
    {
        var ends = styles.Values.Where(style => style.Interval is not null)
            .SelectMany(style => new[] { style.Interval!.Value.Lower, style.Interval.Value.Upper }).ToHashSet(StringComparer.Ordinal);
        var columns = frame.ColumnKeys.Where(key => !ends.Contains(key))
            .Select(key => Make(frame, key, styles.GetValueOrDefault(key, ColumnStyle.Default))).ToArray();
        return new TableView(caption, columns, frame.RowCount, columns.Any(column => column.Cells.Contains(Missing)));
    }

    /// <summary>The values of a column in row order; null where missing.</summary>
    public static object?[] Values(Frame<int, string> frame, string key)
    {
        var series = frame.GetColumn<object>(key);
        return [.. frame.RowKeys.Select(row => series.TryGet(row) is { HasValue: true } found ? found.Value : null)];
    }

    private static Column Make(Frame<int, string> frame, string key, ColumnStyle style)
    {
        var values = Values(frame, key);
        var numeric = values.Any(value => value is not null)
            && values.All(value => value is null || FrameColumns.IsNumber(value.GetType()));
        string[] cells;
        if (numeric)
        {
            double[] numbers = [.. values.Select(Number)];
            var format = Format(values, numbers, style);
            cells = [.. numbers.Select(number => Text(number, format, style.Percent))];
            if (style.PValue)
                cells = [.. cells.Select((cell, row) => numbers[row] is >= 0 and < SmallestShown ? "<0.0001" : cell)];
            var best = Best(numbers, cells, style.Better);
            if (style.Interval is { } interval)
                cells = [.. cells.Zip(Ends(frame, interval.Lower, format, style.Percent),
                    Ends(frame, interval.Upper, format, style.Percent))
                    .Select(cell => cell.Second == Missing && cell.Third == Missing ? cell.First
                        : $"{cell.First} [{cell.Second}, {cell.Third}]")];
            return new Column(Heading(key, style), true, style.RowHeader, style.Better, cells, best);
        }

        cells = [.. values.Select(value => value is null ? Missing : Convert.ToString(value, CultureInfo.InvariantCulture) ?? Missing)];
        return new Column(Heading(key, style), false, style.RowHeader, null, cells, new bool[cells.Length]);
    }

    private static string Heading(string key, ColumnStyle style) => (style.Heading ?? key) + (style.Percent ? " (%)" : "");

    private static IEnumerable<string> Ends(Frame<int, string> frame, string key, string format, bool percent) =>
        Values(frame, key).Select(value => Text(Number(value), format, percent));

    private static double Number(object? value) => value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Text(double number, string format, bool percent) => number switch
    {
        double.NaN => Missing,
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        _ => (percent ? 100 * number : number).ToString(format, CultureInfo.InvariantCulture),
    };

    /// <summary>Whole numbers as they are; others with three digits for the largest, unless the column says otherwise.</summary>
    private static string Format(object?[] values, double[] numbers, ColumnStyle style)
    {
        if (style.Decimals is { } decimals)
            return "F" + decimals.ToString(CultureInfo.InvariantCulture);
        if (style.Percent)
            return "F1";
        if (values.All(value => value is null or not (double or float or decimal)))
            return "F0";
        var largest = numbers.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        return largest == 0 ? "F1" : "F" + Math.Clamp(2 - (int)Math.Floor(Math.Log10(largest)), 0, 8)
            .ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Every cell that reads the same as the best number: readers cannot tell a winner by digits they do not see.</summary>
    private static bool[] Best(double[] numbers, string[] cells, Better? better)
    {
        var ranked = Enumerable.Range(0, numbers.Length).Where(i => !double.IsNaN(numbers[i]))
            .OrderBy(i => better == Display.Better.Lower ? numbers[i] : -numbers[i]);
        if (better is null || !ranked.Any())
            return new bool[numbers.Length];
        var winner = cells[ranked.First()];
        return [.. cells.Select(cell => cell == winner)];
    }
}
