using System.Text;

namespace MarginNotebooks.Display;

/// <summary>Writes a table for LaTeX, with the rules of the package booktabs.</summary>
internal static class TableLatex
{
    private static readonly Dictionary<char, string> Special = new()
    {
        ['&'] = @"\&",
        ['%'] = @"\%",
        ['$'] = @"\$",
        ['#'] = @"\#",
        ['_'] = @"\_",
        ['{'] = @"\{",
        ['}'] = @"\}",
        ['~'] = @"\textasciitilde{}",
        ['^'] = @"\textasciicircum{}",
        ['\\'] = @"\textbackslash{}",
        ['<'] = @"\textless{}",
        ['>'] = @"\textgreater{}",
        ['|'] = @"\textbar{}",
        ['"'] = "''",
        ['–'] = "--",
        ['—'] = "---",
        ['−'] = "$-$",
        ['±'] = @"$\pm$",
        ['×'] = @"$\times$",
        ['∞'] = @"$\infty$",
        ['≤'] = @"$\le$",
        ['≥'] = @"$\ge$",
        ['↓'] = @"$\downarrow$",
        ['↑'] = @"$\uparrow$",
        ['α'] = @"$\alpha$",
        ['β'] = @"$\beta$",
        ['γ'] = @"$\gamma$",
        ['κ'] = @"$\kappa$",
        ['λ'] = @"$\lambda$",
        ['μ'] = @"$\mu$",
        ['ρ'] = @"$\rho$",
        ['σ'] = @"$\sigma$",
        ['τ'] = @"$\tau$",
        ['χ'] = @"$\chi$",
        ['Δ'] = @"$\Delta$",
        ['²'] = "$^2$",
        ['³'] = "$^3$",
        ['\n'] = " ",
        ['\r'] = "",
    };

    public static string Write(TableView view, string? label)
    {
        var text = new StringBuilder("\\begin{table}[tb]\n\\centering\n");
        if (view.Caption is not null)
            text.Append($"\\caption{{{Escape(view.Caption)}}}\n");
        if (label is not null)
            text.Append($"\\label{{{label}}}\n");
        text.Append($"\\begin{{tabular}}{{{string.Concat(view.Columns.Select(column => column.Numeric ? 'r' : 'l'))}}}\n\\toprule\n");
        Row(text, view.Columns.Select(column => Escape(column.Heading) + Arrow(column.Better)));
        text.Append("\\midrule\n");
        for (var r = 0; r < view.Rows; r++)
            Row(text, view.Columns.Select((column, c) => Cell(column, r, first: c == 0)));
        text.Append("\\bottomrule\n\\end{tabular}\n");
        if (view.HasMissing)
            text.Append($"\\par\\smallskip\\footnotesize {Escape(TableView.MissingNote)}\n");
        return text.Append("\\end{table}\n").ToString();
    }

    /// <summary>Text that LaTeX prints as it is.</summary>
    public static string Escape(string text) =>
        string.Concat(text.Select(c => Special.TryGetValue(c, out var command) ? command : c.ToString()));

    private static string Cell(TableView.Column column, int row, bool first)
    {
        var text = Escape(column.Cells[row]);
        if (column.Numeric && text.StartsWith('-') && !text.StartsWith("--"))
            text = "$-$" + text[1..];
        // A bracket right after the line break of the row above would be read as its argument.
        text = first && text.StartsWith('[') ? "{}" + text : text;
        return column.Best[row] ? $"\\textbf{{{text}}}" : text;
    }

    private static string Arrow(Better? better) =>
        better switch { Better.Lower => @" $\downarrow$", Better.Higher => @" $\uparrow$", _ => "" };

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(" & ", cells).Append(" \\\\\n");
}
