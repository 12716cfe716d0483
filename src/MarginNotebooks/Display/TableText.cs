namespace MarginNotebooks.Display;

/// <summary>Writes a table as aligned plain text.</summary>
internal static class TableText
{
    public static string Write(TableView view)
    {
        var lines = new List<string>();
        if (view.Caption is not null)
            lines.Add(view.Caption);
        string[][] columns = [.. view.Columns.Select(Cells)];
        int[] widths = [.. columns.Select(cells => cells.Max(Width))];
        for (var r = 0; r <= view.Rows; r++)
        {
            lines.Add(string.Join("  ", columns.Select((cells, c) => Pad(cells[r], widths[c], view.Columns[c].Numeric))).TrimEnd());
            if (r == 0)
                lines.Add(string.Join("  ", widths.Select(width => new string('-', width))));
        }

        if (view.Columns.Any(column => column.Best.Contains(true)))
            lines.Add("* best of the column");
        if (view.HasMissing)
            lines.Add(TableView.MissingNote);
        return string.Join('\n', lines);
    }

    private static string[] Cells(TableView.Column column)
    {
        var arrow = column.Better switch { Better.Lower => " ↓", Better.Higher => " ↑", _ => "" };
        // Where a column has a best value, the others keep its star's place free, so that digits stay in line.
        var mark = column.Better is not null;
        return [column.Heading + arrow, .. column.Cells.Select((cell, r) => OneLine(cell) + (mark ? column.Best[r] ? "*" : " " : ""))];
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Pad(string text, int width, bool right)
    {
        var fill = new string(' ', Math.Max(0, width - Width(text)));
        return right ? fill + text : text + fill;
    }

    /// <summary>Characters as a reader counts them.</summary>
    private static int Width(string text) => new System.Globalization.StringInfo(text).LengthInTextElements;
}
