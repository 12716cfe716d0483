using System.Text;

namespace MarginNotebooks.Display;

/// <summary>Writes a table as HTML.</summary>
internal static class TableHtml
{
    // No background and no text colour of its own: notebooks are read on white and on black.
    private const string Style = """
        <style>
        .margin-table { overflow-x: auto; }
        .margin-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        .margin-table table { border-top: 2px solid; border-bottom: 2px solid; }
        .margin-table caption { caption-side: top; text-align: left; padding: 0.3em 0; }
        .margin-table th, .margin-table td { padding: 0.25em 0.8em; text-align: right; white-space: nowrap; }
        .margin-table thead tr { border-bottom: 1px solid; }
        .margin-table tbody th { font-weight: normal; }
        .margin-table .text { text-align: left; }
        .margin-table td.text, .margin-table thead th { white-space: normal; }
        .margin-table small { display: block; font-size: 80%; opacity: 0.75; }
        .margin-table .note { font-size: 85%; margin: 0.3em 0; }
        </style>
        """;

    public static string Write(TableView view)
    {
        var html = new StringBuilder(Style).Append("\n<div class=\"margin-table\"><table>\n");
        if (view.Caption is not null)
            html.Append($"<caption>{Encode(view.Caption)}</caption>\n");
        html.Append("<thead><tr>");
        foreach (var column in view.Columns)
            html.Append($"<th scope=\"col\"{Class(column)}>{Encode(column.Heading)}{Arrow(column)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        for (var r = 0; r < view.Rows; r++)
        {
            html.Append("<tr>");
            foreach (var column in view.Columns)
            {
                var text = Cell(column, r);
                html.Append(column.RowHeader ? $"<th scope=\"row\"{Class(column)}>{text}</th>" : $"<td{Class(column)}>{text}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table>");
        if (view.HasMissing)
            html.Append($"\n<p class=\"note\">{Encode(TableView.MissingNote)}</p>");
        return html.Append("</div>\n").ToString();
    }

    /// <summary>An interval stands below its value, so that a table with many of them stays narrow.</summary>
    private static string Cell(TableView.Column column, int row)
    {
        var text = column.Cells[row];
        var interval = column.Numeric ? text.IndexOf(" [", StringComparison.Ordinal) : -1;
        var value = Encode(interval < 0 ? text : text[..interval]);
        return (column.Best[row] ? $"<strong>{value}</strong>" : value) + (interval < 0 ? "" : $" <small>{Encode(text[(interval + 1)..])}</small>");
    }

    private static string Class(TableView.Column column) => column.Numeric ? "" : " class=\"text\"";

    private static string Arrow(TableView.Column column) => column.Better switch
    {
        Better.Lower => " <span title=\"lower is better\">↓</span>",
        Better.Higher => " <span title=\"higher is better\">↑</span>",
        _ => "",
    };

    /// <summary>Only what HTML needs: letters beyond ASCII stay readable in the source.</summary>
    private static string Encode(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;");
}
