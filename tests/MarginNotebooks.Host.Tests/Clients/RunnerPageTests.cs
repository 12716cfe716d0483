using System.Globalization;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Tests.Support;
using Microsoft.Playwright;

namespace MarginNotebooks.Host.Tests.Clients;

/// <summary>The pages that the runner makes of the committed notebooks, in a browser without a network.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class RunnerPageTests
{
    [Theory]
    [MemberData(nameof(CommittedNotebooks.Names), MemberType = typeof(CommittedNotebooks))]
    public async Task Every_chart_of_a_committed_notebook_is_drawn_offline(string name)
    {
        await using var browser = await Browser.OpenAsync(offline: true);
        using var folder = new TemporaryFolder();
        var page = Convert(folder, name);
        await browser.Page.GotoAsync(page);

        var figures = browser.Page.Locator(".figure");
        Assert.Equal(ChartsIn(name), await figures.CountAsync());
        for (var i = 0; i < await figures.CountAsync(); i++)
            Assert.True(await Browser.MarksAsync(figures.Nth(i)) > 0, $"{name}: chart {i + 1} has no marks");
        Assert.Empty(browser.Complaints);
        Assert.Equal([page], browser.Requests);
    }

    [Fact]
    public async Task Moving_the_slider_moves_the_curves_and_the_bars()
    {
        await using var browser = await Browser.OpenAsync(offline: true);
        using var folder = new TemporaryFolder();
        await browser.Page.GotoAsync(Convert(folder, "03-margin-explorer.ipynb"));
        var slider = browser.Page.Locator(".slider-container").First;
        await slider.ScrollIntoViewIfNeededAsync();

        var seen = new List<(string Penalty, string Slope, double[] Bars, string Texts)>();
        // From the left end (the smallest margin) to the right one (no penalty at all).
        foreach (var part in new[] { 0.01, 0.5, 0.99 })
        {
            var rail = (await slider.Locator(".slider-rail-touch-rect").BoundingBoxAsync())!;
            await browser.Page.Mouse.ClickAsync((float)(rail.X + part * rail.Width), rail.Y + rail.Height / 2);
            await browser.Page.WaitForTimeoutAsync(500);
            seen.Add(await StateAsync(browser.Page));
        }

        Assert.Equal(3, seen.Select(state => state.Penalty).Distinct().Count());
        Assert.Equal(3, seen.Select(state => state.Slope).Distinct().Count());
        Assert.Equal(3, seen.Select(state => string.Join(' ', state.Bars)).Distinct().Count());
        Assert.All(seen, state => Assert.Contains("ECE", state.Texts));
        Assert.Contains("m = 0", seen[0].Texts);
        Assert.Contains("Cross-entropy alone", seen[2].Texts);
        // Without a penalty its line is flat: one height over the whole path.
        Assert.Single(Heights(seen[2].Penalty).Distinct());
        Assert.True(Heights(seen[0].Penalty).Max() - Heights(seen[0].Penalty).Min() > 50);
        Assert.Empty(browser.Complaints);
    }

    /// <summary>What is drawn: the first line of the penalty's and of the slopes' panel, the heights of the bars, the words.</summary>
    private static async Task<(string Penalty, string Slope, double[] Bars, string Texts)> StateAsync(IPage page) => (
        await page.Locator(".subplot.xy .scatterlayer path.js-line").First.GetAttributeAsync("d") ?? "",
        await page.Locator(".subplot.x3y2 .scatterlayer path.js-line").Nth(2).GetAttributeAsync("d") ?? "",
        await page.Locator(".subplot.x2y3 .barlayer .point path").EvaluateAllAsync<double[]>("bars => bars.map(bar => bar.getBBox().height)"),
        string.Join('\n', await page.Locator(".annotation-text").AllTextContentsAsync()));

    private static double[] Heights(string path) =>
        [.. path.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).SelectMany(Points)];

    // "M0,10L5,10H9V3" and its like: each piece ends at a height, horizontal moves keep it.
    private static IEnumerable<double> Points(string piece)
    {
        foreach (var part in piece.Split('H')[0].Split('V').Select(text => text.Split(',')[^1]))
            yield return double.Parse(part, CultureInfo.InvariantCulture);
    }

    private static string Convert(TemporaryFolder folder, string name)
    {
        var ended = Processes.Margin(folder.Path, "notebook", "html", Path.Combine(CommittedNotebooks.Folder, name), "page.html");
        Assert.True(ended.ExitCode == ExitCodes.Success, ended.Errors);
        return new Uri(folder["page.html"]).AbsoluteUri;
    }

    private static int ChartsIn(string name) => NotebookDocument.Load(Path.Combine(CommittedNotebooks.Folder, name)).Cells
        .Where(cell => cell.Kind == CellKind.Code)
        .Sum(cell => cell.Outputs.Count(output => output?["data"]?["application/vnd.plotly.v1+json"] is JsonObject));
}
