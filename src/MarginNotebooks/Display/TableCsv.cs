using System.Globalization;
using System.Text;
using Deedle;

namespace MarginNotebooks.Display;

/// <summary>Writes a frame as CSV (RFC 4180).</summary>
internal static class TableCsv
{
    private static readonly System.Buffers.SearchValues<char> Quoted = System.Buffers.SearchValues.Create(",\"\r\n");

    public static string Write(Frame<int, string> frame)
    {
        var csv = new StringBuilder();
        Row(csv, frame.ColumnKeys);
        object?[][] columns = [.. frame.ColumnKeys.Select(key => TableView.Values(frame, key))];
        for (var r = 0; r < frame.RowCount; r++)
            Row(csv, columns.Select(column => Text(column[r])));
        return csv.ToString();
    }

    private static void Row(StringBuilder csv, IEnumerable<string> cells)
    {
        string[] fields = [.. cells.Select(Field)];
        // A line with nothing on it would be read as no row at all.
        csv.Append(fields is [""] ? "\"\"" : string.Join(',', fields)).Append("\r\n");
    }

    private static string Field(string text) => text.AsSpan().ContainsAny(Quoted) || text.Length != text.Trim().Length
        ? $"\"{text.Replace("\"", "\"\"")}\""
        : text;

    private static string Text(object? value) => value switch
    {
        null => "",
        double number => double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture),
        float number => float.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
