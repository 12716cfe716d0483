using System.Text;

namespace MarginNotebooks.Display;

/// <summary>Writes a table in GitHub's Markdown.</summary>
internal static class TableMarkdown
{
    public static string Write(TableView view)
    {
        var text = new StringBuilder();
        if (view.Caption is not null)
            text.Append($"**{Escape(view.Caption)}**\n\n");
        Row(text, view.Columns.Select(column => Escape(column.Heading) + Arrow(column.Better)));
        Row(text, view.Columns.Select(column => column.Numeric ? "---:" : ":---"));
        for (var r = 0; r < view.Rows; r++)
            Row(text, view.Columns.Select(column =>
            {
                var cell = column.Numeric ? column.Cells[r] : Escape(column.Cells[r]);
                return column.Best[r] ? $"**{cell}**" : cell;
            }));
        if (view.HasMissing)
            text.Append($"\n{TableView.MissingNote}\n");
        return text.ToString();
    }

    /// <summary>Text that Markdown shows as it is, also inside a table cell.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings("\n"))
            escaped.Append(character switch
            {
                '\n' => "<br>",
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '|' or '*' or '_' or '`' or '[' or ']' or '\\' or '~' or '#' or '$' => $"\\{character}",
                _ => character.ToString(),
            });
        return escaped.ToString();
    }

    private static string Arrow(Better? better) => better switch { Better.Lower => " ↓", Better.Higher => " ↑", _ => "" };

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
