using System.Text.RegularExpressions;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

/// <summary>The newer charts in a real browser, all in one page.</summary>
[Collection("Chromium")]
public sealed partial class ChartBrowserTests
{
    [Fact]
    public void EveryChartIsDrawn()
    {
        var program = HeadlessChromium.Find();
        if (program is null)
            Assert.Skip("needs a Chromium: apt-get install -y --no-install-recommends chromium");
        var fine = new BinSums(100);
        for (var b = 30; b < 100; b++)
            (fine.Count[b], fine.Confidence[b], fine.Correct[b]) = (50, (b + 0.5) / 2, 40);
        byte[] labels = [0, 1, 1, 0];
        var distances = new LogitDistanceHistogram();
        using (TorchSharp.torch.NewDisposeScope())
            distances.Add(TorchSharp.torch.randn(1, 3, 8, 8), TorchSharp.torch.zeros([1, 8, 8], TorchSharp.torch.ScalarType.Int64));
        Figure[] figures =
        [
            SmoothReliabilityDiagram.Draw([("CE", SmoothReliability.Of([("a", fine), ("b", fine)]))]),
            ClassReliability.Draw(["background", "one"], [MadeUp.FourBins(), MadeUp.FourBins()]),
            DatasetReliability.Draw([("CE", [MadeUp.FourBins(), MadeUp.FourBins()])]),
            ConfidenceByOutcome.Draw([("CE", fine)]),
            LogitDistanceChart.Draw([("CE", distances)], margin: 2),
            RiskCoverageChart.Draw([RiskCoverageLine.Of("CE", fine)]),
            CaseBoxPlot.Draw([("CE", [new CaseValue("case7", "p", 0.5), new CaseValue("case8", "q", 0.75)])], "DSC"),
            CalibrationMap.Draw([0, 1, 2, 3], labels, 2, 2, [new SlicePrediction("CE", labels, [1, 1, 0.5f, 1])], ["one"], 1),
            SliceComparison.Draw([new ComparedSlice("a", [0, 1, 2, 3], labels, 2, 2, [new SlicePrediction("CE", labels, [1, 1, 0.5f, 1])])], ["one"]),
            TrainingDynamics.Draw([("CE", TrainingDynamicsTests.Log(0.1, 0.2), 1)]),
        ];

        var document = Script().Replace(HeadlessChromium.DumpDocument(program, FigureHtml.Page("test",
            Figure.PlotlyScriptElement + string.Concat(figures.Select(figure => figure.ToHtmlFragment())))), "");

        Assert.Equal(figures.Length, MainPicture().Count(document)); // plotly's own mark of a chart it has drawn
        Assert.DoesNotContain("This page lacks plotly.js", document);
        Assert.Equal(5 + 5, new Regex("<image[^>]*href=\"data:image/png").Count(document) - new Regex("<g class=\"hm\"").Count(document));
        var boxes = document[document.IndexOf("class=\"trace boxes\"", StringComparison.Ordinal)..];
        Assert.Equal(2, new Regex("<path class=\"point\"").Count(boxes[..boxes.IndexOf("</svg>", StringComparison.Ordinal)])); // its two cases
        Assert.True(LinePath().Count(document) >= 6, $"only {LinePath().Count(document)} lines");
    }

    [GeneratedRegex("<svg class=\"main-svg\"[^>]*><defs id=\"defs-")]
    private static partial Regex MainPicture();

    [GeneratedRegex("<path class=\"js-line\"")]
    private static partial Regex LinePath();

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
