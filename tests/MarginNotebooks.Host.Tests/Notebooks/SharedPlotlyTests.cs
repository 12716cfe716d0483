using System.Text.Json.Nodes;
using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks;

public sealed class SharedPlotlyTests
{
    [Fact]
    public void Only_the_first_figure_keeps_the_script_and_other_outputs_stay_as_they_are()
    {
        var figure = new Figure(Plotly.NET.CSharp.Chart.Line<int, int, string>(x: [1], y: [2]), "Title", "What is seen.");
        var cell = new NotebookCell(TestNotebook.Code("x"));
        foreach (var html in new[] { "<table></table>", figure.ToHtml(), figure.ToHtml(), "<p></p>" })
            cell.Outputs.Add(new JsonObject { ["output_type"] = "display_data", ["data"] = new JsonObject { ["text/html"] = MultilineText.Write(html) } });
        SharedPlotly.KeepOnce([cell]);
        Assert.Equal(
            ["<table></table>", figure.ToHtml(), figure.ToHtmlFragment(), "<p></p>"],
            cell.Outputs.Select(output => MultilineText.Read(output!["data"]!["text/html"])));
    }
}
