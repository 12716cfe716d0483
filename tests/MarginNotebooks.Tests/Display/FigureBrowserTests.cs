using System.Globalization;
using System.Text.RegularExpressions;
using MarginNotebooks.Display;
using SkiaSharp;

namespace MarginNotebooks.Tests.Display;

/// <summary>What a real browser, cut off from every network, draws.</summary>
[Collection("Chromium")]
public sealed partial class FigureBrowserTests
{
    [Fact]
    public void ReliabilityBarsAreDrawn()
    {
        var document = Open(ReliabilityDiagram.Draw(MadeUp.FourBins()).ToHtml());

        var blue = Palette.Rgb(Palette.Tint(Palette.Blue, 0.15));
        double[] heights = [.. BarPath().Matches(document).Where(bar => bar.Groups["fill"].Value == $"{blue.R}, {blue.G}, {blue.B}")
            .Select(bar => Math.Abs(Number(bar, "top") - Number(bar, "bottom")))];

        Assert.Equal(4, heights.Length);
        Assert.Equal(0, heights[0]); // the empty bin
        Assert.True(heights[3] > 50, $"the tallest bar is only {heights[3]} pixels high");
        Assert.Equal(0.75 / 0.9, heights[2] / heights[3], 0.02);
        Assert.Equal(0.2 / 0.9, heights[1] / heights[3], 0.02);
        Assert.Contains("ECE 0.0350", document);

        static double Number(Match bar, string group) => double.Parse(bar.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void LinesAreDrawnAlsoWhereAModuleLoaderIsInThePage()
    {
        var document = Open("<script>window.define = function () {}; window.define.amd = {};</script>" + FigureTests.Line([1, 3, 2], "t")
            .ToHtml());

        Assert.Single(LinePath().Matches(document));
    }

    [Fact]
    public void FragmentsShareOneScriptEvenWhenItComesLate()
    {
        var first = FigureTests.Line([1, 3, 2], "a");
        var second = FigureTests.Line([1, 3, 5], "b");
        var document = Open(first.ToHtmlFragment() + second.ToHtmlFragment() + first.ToHtmlFragment() + Figure.PlotlyScriptElement);

        Assert.Equal(3, LinePath().Count(document));
    }

    [Fact]
    public void APackedScriptThatComesInALaterOutputDrawsWhatWasAPictureBefore()
    {
        var figure = FigureTests.Line([1, 3, 2], "a");
        var document = Open("<script>window.define = function () {}; window.define.amd = {};</script>"
            + figure.ToHtmlFragment() + FigureTests.Line([1, 3, 5], "b").ToHtml());

        Assert.Equal(2, LinePath().Count(document));
        Assert.DoesNotContain("<p>", document);
        Assert.DoesNotContain("<img", document);
    }

    [Fact]
    public void APageWithoutTheScriptKeepsThePictureAndSaysWhatToDo()
    {
        var document = Open(FigureTests.Line([1, 3, 2], "a").ToHtmlFragment());

        Assert.Contains("<p>a. A line.</p><small>This page lacks plotly.js", document);
        Assert.Contains("new MarginNotebooks.Display.PlotlyScript()", document);
    }

    [Fact]
    public void PicturesOfASliceAreDrawn()
    {
        byte[] labels = [0, 1, 1, 0];
        var document = Open(SliceOverlay.Draw([0, 1, 2, 3], labels, 2, 2, [new SlicePrediction("CE", labels, [1, 1, 0.5f, 1])], ["one"])
            .ToHtml());

        Assert.Equal(5, new Regex("<image[^>]*href=\"data:image/png").Count(document));
    }

    [Fact]
    public void NamesAreTextAndNotCode()
    {
        const string name = "</script><script>document.body.dataset.owned='1'</script><img src=x onerror=\"document.body.dataset.owned='2'\">";
        var document = Open(ReliabilityDiagram.Draw(MadeUp.FourBins(), name: name, title: name).ToHtml());

        Assert.DoesNotContain("data-owned", document);
        Assert.DoesNotContain("<img", document);
        Assert.Contains("&lt;/script&gt;", document);
    }

    [Fact]
    public void PictureHasTheWantedSizeAndColours()
    {
        _ = Program();
        var figure = ReliabilityDiagram.Draw(MadeUp.Bins((0, 0, 0), (100, 0.75, 0.75)));
        var png = figure.ToPng(600, 400, 1)!;
        using var picture = SKBitmap.Decode(png);

        Assert.Equal((600, 400), (picture.Width, picture.Height));
        var colours = Enumerable.Range(0, 600 * 400).GroupBy(i => picture.GetPixel(i % 600, i / 600))
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.True(colours.GetValueOrDefault(SKColors.White) > 100_000);
        Assert.True(colours.GetValueOrDefault(SKColor.Parse(Palette.Tint(Palette.Blue, 0.15))) > 5_000, "the accuracy bar is there");
        Assert.Same(png, figure.ToPng(600, 400, 1)); // taken once
    }

    [Fact]
    public void BundleHoldsThePictureAndLeavesNoFilesBehind()
    {
        _ = Program();
        HeadlessChromium.Failure = null;
        var before = Directory.GetDirectories(Path.GetTempPath(), "margin-figure-*");
        var bundle = FigureTests.Line([1, 2], "t").ToMimeBundle();

        Assert.Null(HeadlessChromium.Failure);
        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "image/png", "text/plain"], bundle.Select(part => part.Key));
        var png = Convert.FromBase64String(bundle[2].Value);
        using var picture = SKBitmap.Decode(png);
        Assert.Equal(960, picture.Width);
        var small = Convert.FromBase64String(Regex.Match(bundle[1].Value, "<img src=\"data:image/webp;base64,([^\"]+)\"").Groups[1].Value);
        using var copy = SKBitmap.Decode(small);
        Assert.Equal((picture.Width, picture.Height), (copy.Width, copy.Height));
        Assert.InRange(small.Length, 1, png.Length * 2 / 3);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "margin-figure-*").Except(before));
    }

    [Fact]
    public void ABrowserThatFailsDoesNotStopANotebook()
    {
        var missing = new[] { "/bin/false", "/usr/bin/false" }.FirstOrDefault(File.Exists);
        if (missing is null)
            Assert.Skip("needs the program 'false', which ends with an error");
        using var failing = new ChromiumVariable(missing);
        try
        {
            var bundle = FigureTests.Line([1, 2], "t").ToMimeBundle();

            Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/plain"], bundle.Select(part => part.Key));
            Assert.Contains("ended with code 1", HeadlessChromium.Failure);
            Assert.Contains("ended with code 1", HeadlessChromium.MissingNotice());
            Assert.Throws<InvalidOperationException>(() => FigureTests.Line([1, 2], "t").ToPng());
        }
        finally
        {
            HeadlessChromium.Failure = null;
        }
    }

    /// <summary>The document after drawing, without the scripts: what is found in it was drawn.</summary>
    private static string Open(string html) =>
        Script().Replace(HeadlessChromium.DumpDocument(Program(), FigureHtml.Page("test", html)), "");

    private static string Program()
    {
        var program = HeadlessChromium.Find();
        if (program is null)
            Assert.Skip("needs a Chromium: apt-get install -y --no-install-recommends chromium");
        return program;
    }

    [GeneratedRegex("<g class=\"point\"><path d=\"M[-0-9.]+,(?<bottom>[-0-9.]+)V(?<top>[-0-9.]+)H[^>]*fill: rgb\\((?<fill>[^)]*)\\)")]
    private static partial Regex BarPath();

    [GeneratedRegex("<path class=\"js-line\"")]
    private static partial Regex LinePath();

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
