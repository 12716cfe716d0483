using System.Text.Json;
using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

/// <summary>What the figure with the slider holds; that the slider moves it is tested in a browser.</summary>
public sealed class MarginExplorerTests
{
    private static readonly Figure Explorer = MarginExplorer.Draw(
        [
            new MarginStep(2, MadeUp.FourBins(), Note: "DSC 0.5"),
            new MarginStep(5),
            new MarginStep(double.PositiveInfinity, MadeUp.Bins((5, 0.2, 0), (5, 0.4, 0.1), (5, 0.7, 0.1), (85, 0.99, 0.5))),
        ],
        classes: 4, lambda: 0.1);

    [Fact]
    public void EachPositionHoldsValuesForEveryTrace()
    {
        var steps = Steps();
        Assert.Equal(["2", "5", "none (CE)"], steps.Select(step => step.GetProperty("label").GetString()));
        foreach (var step in steps)
        {
            Assert.Equal("update", step.GetProperty("method").GetString());
            var moved = step.GetProperty("args")[2].GetArrayLength();
            foreach (var values in step.GetProperty("args")[0].EnumerateObject())
                Assert.Equal(moved, values.Value.GetArrayLength());
            Assert.Equal(Enumerable.Range(0, moved), step.GetProperty("args")[2].EnumerateArray().Select(index => index.GetInt32()));
        }
    }

    [Fact]
    public void TheFirstPositionIsWhatTheTracesHold()
    {
        var data = MadeUp.Json(Explorer).GetProperty("data");
        var y = Steps()[0].GetProperty("args")[0].GetProperty("y");
        for (var i = 0; i < y.GetArrayLength(); i++)
            Assert.Equal(data[i].GetProperty("y").GetRawText(), y[i].GetRawText());
    }

    [Fact]
    public void EachPositionHasItsOwnPenaltyAndBars()
    {
        var penalties = Steps().Select(step => MadeUp.Numbers(step.GetProperty("args")[0].GetProperty("x")[0])[1]).ToList();
        Assert.Equal([2, 5, 8], penalties); // where the penalty starts; at the axis' end when there is none
        var accuracy = MadeUp.Traces(Explorer, "accuracy")[0];
        var index = MadeUp.Json(Explorer).GetProperty("data").EnumerateArray().ToList().FindIndex(trace => trace.GetRawText() == accuracy.GetRawText());
        double[] Heights(int step) => MadeUp.Numbers(Steps()[step].GetProperty("args")[0].GetProperty("y")[index]);
        Assert.Equal([double.NaN, 0.2, 0.75, 0.9], Heights(0));
        Assert.Equal(0.5, Heights(2)[3], 9);
    }

    [Fact]
    public void AMarginWithoutARunSaysSoAndShowsNoBars()
    {
        var texts = Texts(1);
        Assert.Contains("no stored run with this margin", texts);
        Assert.DoesNotContain(texts, text => text.Contains("ECE"));
        foreach (var trace in new[] { "accuracy", "over-confident", "under-confident", "pixels" })
        {
            var index = MadeUp.Json(Explorer).GetProperty("data").EnumerateArray().ToList()
                .FindIndex(item => item.GetProperty("name").GetString() == trace && item.GetProperty("type").GetString() == "bar");
            Assert.All(MadeUp.Numbers(Steps()[1].GetProperty("args")[0].GetProperty("y")[index]), height => Assert.True(double.IsNaN(height)));
        }
        Assert.Contains("<b>ECE 0.0350</b>", Texts(0));
        Assert.Contains("DSC 0.5", Texts(0));
    }

    [Fact]
    public void WrongInputsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => MarginExplorer.Draw([], 4, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginExplorer.Draw([new MarginStep(1)], 4, 0.1, start: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginExplorer.Draw([new MarginStep(-1)], 4, 0.1));
        Assert.Throws<ArgumentException>(() => MarginExplorer.Draw(
            [new MarginStep(1, MadeUp.FourBins()), new MarginStep(2, MadeUp.Bins((1, 0.5, 0.5)))], 4, 0.1));
    }

    private static List<JsonElement> Steps() =>
        [.. MadeUp.Json(Explorer).GetProperty("layout").GetProperty("sliders")[0].GetProperty("steps").EnumerateArray()];

    private static List<string> Texts(int step) =>
        [.. Steps()[step].GetProperty("args")[1].GetProperty("annotations").EnumerateArray().Select(text => text.GetProperty("text").GetString()!)];
}
