using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class CaseBoxPlotTests
{
    [Fact]
    public void EveryCaseIsAPointWithItsName()
    {
        var figure = CaseBoxPlot.Draw([("CE", Cases(0.8, 0.9, 0.7)), ("MbLS", Cases(0.85, 0.95))], "DSC");
        var boxes = MadeUp.Json(figure).GetProperty("data").EnumerateArray().ToArray();

        Assert.Equal([0.8, 0.9, 0.7], MadeUp.Numbers(boxes[0].GetProperty("y")));
        Assert.Equal(["case0", "case1", "case2"], boxes[0].GetProperty("hovertext").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal("all", boxes[0].GetProperty("boxpoints").GetString());
        Assert.Equal("linear", boxes[0].GetProperty("quartilemethod").GetString());
        Assert.Equal("DSC", MadeUp.Json(figure).GetProperty("layout").GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Contains("CE 3 cases, median 0.8, from 0.7 to 0.9; MbLS 2 cases, median 0.9", figure.AltText);
    }

    [Fact]
    public void CasesWithoutAScoreAreLeftOutAndCounted()
    {
        var figure = CaseBoxPlot.Draw([("CE", Cases(3, double.NaN, 4, double.PositiveInfinity)), ("MbLS", Cases(3, double.NaN))], "HD95 (mm)", subtitle: "made up");
        var boxes = MadeUp.Json(figure).GetProperty("data").EnumerateArray().ToArray();
        const string said = "not defined, and left out, in 2 cases of CE, 1 case of MbLS";

        Assert.Equal([3, 4], MadeUp.Numbers(boxes[0].GetProperty("y")));
        Assert.Equal(["case0", "case2"], boxes[0].GetProperty("hovertext").EnumerateArray().Select(text => text.GetString()));
        Assert.Contains($"made up; {said}", MadeUp.Json(figure).GetProperty("layout").GetProperty("title").GetProperty("text").GetString());
        Assert.Contains(said, figure.AltText);
    }

    [Fact]
    public void ManyCasesShowOnlyTheOutliersAsPoints()
    {
        var figure = CaseBoxPlot.Draw([("CE", Cases([.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)]))], "DSC");

        Assert.Equal("outliers", MadeUp.Json(figure).GetProperty("data")[0].GetProperty("boxpoints").GetString());
        Assert.InRange(figure.ToPlotlyJson().Length, 1, 40_000);
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Throws<ArgumentException>(() => CaseBoxPlot.Draw([], "DSC"));
        Assert.Contains("No case of 'CE' has a finite DSC (1 cases)", Assert.Throws<ArgumentException>(
            () => CaseBoxPlot.Draw([("CE", Cases(double.NaN))], "DSC")).Message);
    }

    private static CaseValue[] Cases(params double[] values) => [.. values.Select((value, i) => new CaseValue($"case{i}", $"patient{i}", value))];
}
