using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class ReliabilityDiagramTests
{
    [Fact]
    public void BarsAreTheAccuracyOfEachBin()
    {
        var trace = Bars(ReliabilityDiagram.Draw(MadeUp.FourBins()), "accuracy");

        Assert.Equal([0.125, 0.375, 0.625, 0.875], MadeUp.Numbers(trace.GetProperty("x")));
        Assert.Equal([double.NaN, 0.2, 0.75, 0.9], MadeUp.Numbers(trace.GetProperty("y")), Close);
    }

    [Fact]
    public void GapsSpanAccuracyAndConfidence()
    {
        var figure = ReliabilityDiagram.Draw(MadeUp.FourBins());
        var over = Bars(figure, "over-confident");
        var under = Bars(figure, "under-confident");

        Assert.Equal(0.2, MadeUp.Numbers(over.GetProperty("base"))[1], 12);
        Assert.Equal(0.2, MadeUp.Numbers(over.GetProperty("y"))[1], 12);
        Assert.Equal(double.NaN, MadeUp.Numbers(over.GetProperty("y"))[2]);
        Assert.Equal(0.625, MadeUp.Numbers(under.GetProperty("base"))[2], 12);
        Assert.Equal(0.125, MadeUp.Numbers(under.GetProperty("y"))[2], 12);
        Assert.Equal(double.NaN, MadeUp.Numbers(under.GetProperty("y"))[1]);
    }

    [Fact]
    public void CountsStandBelowOnALogarithmicAxis()
    {
        var figure = ReliabilityDiagram.Draw(MadeUp.FourBins());

        Assert.Equal([double.NaN, 10, 40, 150], MadeUp.Numbers(Bars(figure, "pixels").GetProperty("y")));
        var axis = MadeUp.Json(figure).GetProperty("layout").GetProperty("yaxis2");
        Assert.Equal("log", axis.GetProperty("type").GetString());
        Assert.True(MadeUp.Numbers(axis.GetProperty("range"))[1] > Math.Log10(150));
        Assert.True(MadeUp.Numbers(axis.GetProperty("domain"))[1] < MadeUp.Numbers(MadeUp.Json(figure).GetProperty("layout")
            .GetProperty("yaxis").GetProperty("domain"))[0]);
    }

    [Fact]
    public void EceOfTheSumsIsPrinted()
    {
        // (10·0.2 + 40·0.125 + 150·0) / 200 = 0.035
        Assert.Contains("<b>ECE 0.0350</b>", MadeUp.Annotations(ReliabilityDiagram.Draw(MadeUp.FourBins())));
        Assert.Contains("ECE 0.0350", ReliabilityDiagram.Draw(MadeUp.FourBins()).AltText);
    }

    [Fact]
    public void BandSpansItsEnds()
    {
        var bins = MadeUp.FourBins();
        var band = new ReliabilityBand([], [], [double.NaN, 0.1, 0.7, 0.88], [double.NaN, 0.35, 0.8, 0.93], bins.Count, []);
        var trace = Bars(ReliabilityDiagram.Draw(bins, band), "band");

        Assert.Equal([double.NaN, 0.1, 0.7, 0.88], MadeUp.Numbers(trace.GetProperty("base")), Close);
        Assert.Equal([double.NaN, 0.25, 0.1, 0.05], MadeUp.Numbers(trace.GetProperty("y")), Close);
    }

    [Fact]
    public void PanelsShareTheirRanges()
    {
        var figure = ReliabilityDiagram.SideBySide([("CE", MadeUp.FourBins(), null),
            ("MbLS", MadeUp.Bins((3, 0.2, 0.2), (100000, 0.8, 0.8)), null)]);
        var layout = MadeUp.Json(figure).GetProperty("layout");

        Assert.Equal(2, MadeUp.Traces(figure, "pixels").Length);
        foreach (var (first, second) in new[] { ("xaxis", "xaxis2"), ("yaxis", "yaxis3"), ("yaxis2", "yaxis4") })
            Assert.Equal(MadeUp.Numbers(layout.GetProperty(first).GetProperty("range")),
                MadeUp.Numbers(layout.GetProperty(second).GetProperty("range")));
        Assert.Contains("<b>CE</b>", MadeUp.Annotations(figure));
        Assert.Contains("<b>MbLS</b>", MadeUp.Annotations(figure));
    }

    [Fact]
    public void ManyPanelsDoNotOverlap()
    {
        var figure = ReliabilityDiagram.SideBySide([.. Enumerable.Range(0, 7)
            .Select(i => ($"method {i}", MadeUp.FourBins(), (ReliabilityBand?)null))]);
        var layout = MadeUp.Json(figure).GetProperty("layout");
        var boxes = Enumerable.Range(0, 7).SelectMany(p => new[] { (X: Domain("xaxis", p), Y: Domain("yaxis", 2 * p)),
            (X: Domain("xaxis", p), Y: Domain("yaxis", (2 * p) + 1)) }).ToArray();

        Assert.All(boxes, box => Assert.True(box.X[0] >= 0 && box.X[1] <= 1 && box.Y[0] >= 0 && box.Y[1] <= 1));
        for (var i = 0; i < boxes.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.True(Apart(boxes[i].X, boxes[j].X) || Apart(boxes[i].Y, boxes[j].Y), $"panels {i} and {j} overlap");

        double[] Domain(string axis, int n) => MadeUp.Numbers(layout.GetProperty(n == 0 ? axis : $"{axis}{n + 1}").GetProperty("domain"));
        static bool Apart(double[] a, double[] b) => a[1] <= b[0] || b[1] <= a[0];
    }

    [Fact]
    public void NamesAreShownAsTheyAre()
    {
        var figure = ReliabilityDiagram.Draw(MadeUp.FourBins(), name: "a<b>b</b> & c");

        Assert.Contains("<b>a&lt;b&gt;b&lt;/b&gt; &amp; c</b>", MadeUp.Annotations(figure));
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("'CE' has no pixel", Assert.Throws<ArgumentException>(() => ReliabilityDiagram.Draw(new BinSums(15), name: "CE"))
            .Message);
        var band = new ReliabilityBand([], [], [0], [1], [], []);
        Assert.Contains("4 bins, but its band has 1 lower",
            Assert.Throws<ArgumentException>(() => ReliabilityDiagram.Draw(MadeUp.FourBins(), band)).Message);
        Assert.Throws<ArgumentException>(() => ReliabilityDiagram.SideBySide([]));
    }

    private static System.Text.Json.JsonElement Bars(Figure figure, string name) =>
        MadeUp.Traces(figure, name).Single(trace => trace.GetProperty("type").GetString() == "bar");

    private static bool Close(double a, double b) => a.Equals(b) || Math.Abs(a - b) < 1e-12;
}
