using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Keeps plotly.js (3.6 MB) once in a notebook: each figure that is stored as HTML brings it, and the first one's serves all.</summary>
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
            if (html.Length < 100_000 || !html.StartsWith(Figure.PlotlyScriptElement, StringComparison.Ordinal))
                continue;
            if (kept)
                data[MimeBundle.Html] = MultilineText.Write(html[Figure.PlotlyScriptElement.Length..]);
            kept = true;
        }
    }
}
