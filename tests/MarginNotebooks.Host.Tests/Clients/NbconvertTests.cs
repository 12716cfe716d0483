using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Clients;

/// <summary>A committed notebook as nbconvert's HTML, in a browser without a network.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class NbconvertTests
{
    // A chart that plotly drew, or its picture once it is decoded.
    private const string CountSeen = """
        root => [...root.querySelectorAll('.js-plotly-plot')].filter(plot => plot.querySelector('.trace path[d], .point path[d], .imagelayer image')).length
          + [...root.querySelectorAll('img')].filter(picture => picture.complete && picture.naturalWidth > 200 && !picture.closest('.js-plotly-plot')).length
        """;

    [Theory]
    [InlineData("01-quickstart.ipynb")]
    [InlineData("03-margin-explorer.ipynb")]
    public async Task Charts_are_seen_without_a_network(string name)
    {
        using var folder = new TemporaryFolder();
        var ended = Processes.Python(
            "nbconvert", "python3-nbconvert", "import sys\nfrom nbconvert.nbconvertapp import main\nmain(sys.argv[1:])",
            "--to", "html", "--output-dir", folder.Path, "--output", "page.html", Path.Combine(CommittedNotebooks.Folder, name));
        Assert.True(ended.ExitCode == 0, ended.Errors);

        await using var browser = await Browser.OpenAsync(offline: true);
        await browser.Page.GotoAsync(new Uri(folder["page.html"]).AbsoluteUri);
        var outputs = browser.Page.Locator(".jp-OutputArea-child");
        var charts = NotebookDocument.Load(Path.Combine(CommittedNotebooks.Folder, name)).Cells.Where(cell => cell.Kind == CellKind.Code)
            .Sum(cell => cell.Outputs.Count(output => output?["data"]?["application/vnd.plotly.v1+json"] is JsonObject));
        var seen = 0;
        for (var i = 0; i < await outputs.CountAsync(); i++)
            seen += await outputs.Nth(i).EvaluateAsync<int>(CountSeen);
        Assert.Equal(charts, seen);
    }
}
