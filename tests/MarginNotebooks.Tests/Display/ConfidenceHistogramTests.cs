using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class ConfidenceHistogramTests
{
    [Fact]
    public void BarsAreSharesAndLinesAreMeans()
    {
        var figure = ConfidenceHistogram.Draw([("CE", MadeUp.FourBins())]);

        Assert.Equal([0, 0.05, 0.2, 0.75], MadeUp.Numbers(MadeUp.Traces(figure, "share of pixels").Single().GetProperty("y")));
        // accuracy (2 + 30 + 135)/200, confidence (4 + 25 + 135)/200
        Assert.All(MadeUp.Numbers(MadeUp.Traces(figure, "accuracy").Single().GetProperty("x")), x => Assert.Equal(0.835, x, 12));
        Assert.All(MadeUp.Numbers(MadeUp.Traces(figure, "mean confidence").Single().GetProperty("x")), x => Assert.Equal(0.82, x, 12));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MethodsShareTheAxisAndEveryBarFits(bool log)
    {
        var rare = MadeUp.Bins((1, 0.2, 0), (9999, 0.9, 0.9));
        var figure = ConfidenceHistogram.Draw([("a", MadeUp.FourBins()), ("b", rare)], logScale: log);
        var layout = MadeUp.Json(figure).GetProperty("layout");
        var range = MadeUp.Numbers(layout.GetProperty("yaxis").GetProperty("range"));

        Assert.Equal(range, MadeUp.Numbers(layout.GetProperty("yaxis2").GetProperty("range")));
        var shares = MadeUp.Traces(figure, "share of pixels").SelectMany(trace => MadeUp.Numbers(trace.GetProperty("y")))
            .Where(share => share > 0);
        Assert.All(shares, share => Assert.InRange(log ? Math.Log10(share) : share, range[0], range[1]));
    }

    [Fact]
    public void SaysWhichMethodIsEmpty() => Assert.Contains(
        "'MbLS' has no pixel",
        Assert.Throws<ArgumentException>(() => ConfidenceHistogram.Draw([("CE", MadeUp.FourBins()), ("MbLS", new BinSums(4))])).Message);
}
