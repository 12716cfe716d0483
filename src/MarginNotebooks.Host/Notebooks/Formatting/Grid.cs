using System.Text;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>A small table of values, shown as HTML and as aligned text.</summary>
/// <param name="Columns">Column titles.</param>
/// <param name="Rows">Cells, row by row.</param>
/// <param name="Note">What is not shown, for example <c>100 of 5000 rows</c>; null when everything is.</param>
public sealed record Grid(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, string? Note = null)
{
    /// <summary>The table in both forms.</summary>
    /// <returns>HTML and text.</returns>
    public MimeBundle ToMimeBundle() => MimeBundle.OfHtml(ToHtml(), ToText());

    /// <summary>The table as HTML; a shortened number keeps its exact value as a tool tip, nested values are folded away.</summary>
    /// <returns>A <c>table</c> element.</returns>
    public string ToHtml()
    {
        var html = new StringBuilder();
        var nested = new NestedHtml(html);
        html.Append("<table class=\"dataframe\">\n<thead><tr>");
        foreach (var (i, column) in Columns.Index())
            html.Append("<th scope=\"col\"").Append(RightIf(IsNumeric(i))).Append('>').Append(HtmlText.Escape(column)).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in Rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
                nested.Cell(cell);
            html.Append("</tr>\n");
        }
        html.Append("</tbody>\n</table>");
        if (Note is not null)
            html.Append("\n<p>").Append(HtmlText.Escape(Note)).Append("</p>");
        return html.ToString();
    }

    /// <summary>The table as text.</summary>
    /// <returns>Lines of aligned columns.</returns>
    public string ToText()
    {
        var lines = Rows.Select(row => row.Select(Summaries.Of).ToArray()).Prepend([.. Columns]).ToArray();
        var widths = Enumerable.Range(0, Columns.Count).Select(i => lines.Max(line => line[i].Length)).ToArray();
        var right = Enumerable.Range(0, Columns.Count).Select(IsNumeric).ToArray();
        var text = lines.Select(line => string.Join("  ", line.Select((cell, i) =>
            right[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
        return string.Join('\n', Note is null ? text : text.Append(Note));
    }

    private bool IsNumeric(int column) => Rows.Any(row => Scalars.IsNumber(row[column]));

    private static string RightIf(bool right) => right ? " style=\"text-align:right\"" : "";
}
