using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Keeps plotly.js (packed, 1.4 MB) once in a notebook: each figure brings it in its HTML, and the first one's serves all.</summary>
public static class SharedPlotly
{
    /// <summary>Takes the script out of every output but the first that has it.</summary>
    /// <param name="cells">Cells in the order of the notebook.</param>
    public static void KeepOnce(IEnumerable<NotebookCell> cells)
    {
        var kept = false;
        foreach (var data in cells.SelectMany(cell => cell.Outputs).Select(output => output!["data"]?.AsObject()))
        {
            if (data?[MimeBundle.Html] is not { } stored)
                continue;
            // Tables and the like are far shorter than the script: only candidates are joined and compared.
            var html = MultilineText.Read(stored);
            if (!IsCarrier(html))
                continue;
            if (kept)
                data[MimeBundle.Html] = MultilineText.Write(WithoutScript(html));
            kept = true;
        }
    }

    /// <summary>Whether HTML brings the script.</summary>
    /// <param name="html">Markup of one output.</param>
    /// <returns>True when it starts with it.</returns>
    public static bool IsCarrier(string? html) =>
        html is not null && html.Length >= PlotlyScript.Element.Length && html.StartsWith(PlotlyScript.Element, StringComparison.Ordinal);

    /// <summary>The same HTML without the script.</summary>
    /// <param name="html">Markup that brings it.</param>
    /// <returns>The rest.</returns>
    public static string WithoutScript(string html) => html[PlotlyScript.Element.Length..];
}
