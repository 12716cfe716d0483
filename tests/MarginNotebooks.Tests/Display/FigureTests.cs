using System.IO.Compression;
using System.Text.Json;
using MarginNotebooks.Display;
using Plotly.NET;
using Figure = MarginNotebooks.Display.Figure;

namespace MarginNotebooks.Tests.Display;

[Collection("Chromium")]
public sealed class FigureTests
{
    [Fact]
    public void JsonHasDataLayoutAndConfigAndNoNaN()
    {
        var figure = Line([1, double.NaN, double.PositiveInfinity], "t");
        var json = MadeUp.Json(figure);

        Assert.Equal(["data", "layout", "config"], json.EnumerateObject().Select(member => member.Name));
        Assert.All(json.GetProperty("data")[0].GetProperty("y").EnumerateArray().Skip(1), value =>
            Assert.Equal(JsonValueKind.Null, value.ValueKind));
        Assert.True(json.GetProperty("config").GetProperty("responsive").GetBoolean());
    }

    [Fact]
    public void ChartsOfPlotlyNetCanBeWrapped()
    {
        var chart = Plotly.NET.CSharp.Chart.Point<double, double, string>(x: [1, 2], y: [3, 5]);
        var figure = new Figure(chart, "Points", "Two points.");

        Assert.Same(chart, figure.Chart);
        Assert.Equal([3, 5], MadeUp.Numbers(MadeUp.Json(figure).GetProperty("data")[0].GetProperty("y")));
    }

    [Fact]
    public void ChangesThroughChartShow()
    {
        var figure = Line([1, 2], "t");
        GenericChart.getLayout(figure.Chart).SetProperty("height", 321);

        Assert.Contains("height:321px", figure.ToHtmlFragment());
        Assert.Equal(321, MadeUp.Json(figure).GetProperty("layout").GetProperty("height").GetInt32());
    }

    [Fact]
    public void HtmlIsSelfContainedAndFragmentIsSmall()
    {
        using var none = new ChromiumVariable("none");
        var figure = Line([1, 2], "t");

        Assert.Equal(PlotlyScript.Element + figure.ToHtmlFragment(), figure.ToHtml());
        Assert.DoesNotContain("src=", figure.ToHtml());
        Assert.InRange(figure.ToHtmlFragment().Length, 100, 5000);
        Assert.Matches(@"plotly\.js v\d+\.\d+", Figure.PlotlyScript[..100]);
        Assert.DoesNotContain("</script", Figure.PlotlyScript);
    }

    [Fact]
    public void ThePackedScriptIsPlotlyAndLessThanHalfOfIt()
    {
        var packed = System.Text.RegularExpressions.Regex.Match(PlotlyScript.Element, @"atob\('([^']*)'\)").Groups[1].Value;
        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);

        Assert.Equal(Figure.PlotlyScript, reader.ReadToEnd());
        Assert.InRange(PlotlyScript.Element.Length, 1, Figure.PlotlyScript.Length / 2);
        Assert.Equal(2, PlotlyScript.Element.Split("</script>").Length);
    }

    [Fact]
    public void WithoutAPictureTheElementHoldsWords() =>
        Assert.Contains("<p>a &lt; b. A line.</p></div>", Line([1, 2], "a < b").ToHtmlFragment());

    [Fact]
    public void TextCannotLeaveTheScriptOrTheAttribute()
    {
        var html = Line([1, 2], "</script><script>x</script>\" onclick=\"x").ToHtmlFragment();

        Assert.Equal(2, html.Split("<script>").Length); // only the fragment's own
        Assert.Equal(2, html.Split("</script>").Length);
        Assert.DoesNotContain("\" onclick=\"", html);
    }

    [Fact]
    public void TheSameFigureGivesTheSameText() => Assert.Equal(Line([1, 2], "t").ToHtmlFragment(), Line([1, 2], "t").ToHtmlFragment());

    [Fact]
    public void BundleWithoutChromiumCarriesOfflineHtml()
    {
        using var none = new ChromiumVariable("none");
        var figure = Line([1, 2], "Title");
        var bundle = figure.ToMimeBundle();

        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/plain"], bundle.Select(part => part.Key));
        Assert.StartsWith(PlotlyScript.Element, bundle[1].Value);
        Assert.Equal("Title. A line.", bundle[2].Value);
        Assert.Null(figure.ToPng());
        Assert.Equal("**Title.** A line.", figure.ToMarkdown());
    }

    [Fact]
    public void SavesWholePagesAndJson()
    {
        using var folder = new TemporaryFolder();
        var figure = Line([1, 2], "A < B");
        figure.Save(folder["a.html"]);
        figure.Save(folder["a.json"]);

        var page = File.ReadAllText(folder["a.html"]);
        Assert.StartsWith("<!DOCTYPE html>", page);
        Assert.Contains("<title>A &lt; B</title>", page);
        Assert.Equal(figure.ToPlotlyJson(), File.ReadAllText(folder["a.json"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        Assert.Contains(".html, .png, .json", Assert.Throws<ArgumentException>(() => figure.Save(folder["a.gif"])).Message);
    }

    [Fact]
    public void SavingAPictureWithoutChromiumSaysWhatToInstall()
    {
        using var none = new ChromiumVariable("none");
        using var folder = new TemporaryFolder();

        Assert.Contains("Install the package 'chromium'",
            Assert.Throws<InvalidOperationException>(() => Line([1], "t").Save(folder["a.png"])).Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void AWrongChromiumIsNamed()
    {
        using var wrong = new ChromiumVariable("/nowhere/chromium");

        Assert.Contains("MARGIN_CHROMIUM is '/nowhere/chromium'", Assert.Throws<FileNotFoundException>(() => Line([1], "t").ToPng())
            .Message);
        Assert.Contains("'/nowhere/chromium'", HeadlessChromium.MissingNotice());
    }

    [Fact]
    public void PicturesThatAreSwitchedOffAreNotMissed()
    {
        using var none = new ChromiumVariable("none");

        Assert.Null(HeadlessChromium.MissingNotice());
    }

    internal static Figure Line(double[] y, string title) => new(
        PlotlySpec.Chart(
            [PlotlySpec.Trace("scatter", ("y", y), ("name", title), ("mode", "lines"))],
            PlotlySpec.Layout(("title", PlotlySpec.Node(("text", title))))),
        title, "A line.");
}

/// <summary>
/// Sets MARGIN_CHROMIUM for the length of a test; tests that use it share a collection, so that none runs beside another.
/// </summary>
internal sealed class ChromiumVariable : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("MARGIN_CHROMIUM");

    public ChromiumVariable(string value) => Environment.SetEnvironmentVariable("MARGIN_CHROMIUM", value);

    public void Dispose() => Environment.SetEnvironmentVariable("MARGIN_CHROMIUM", _before);
}
