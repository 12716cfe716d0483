using MarginNotebooks.Display;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Display;

public sealed class LogitDistanceChartTests
{
    [Fact]
    public void SharesAreOfAllDistancesAndTheMarginIsMarked()
    {
        var figure = LogitDistanceChart.Draw([("CE", Made(3, 4.2f))], margin: 2);

        // Two other classes at 3 and 4.2, bins of 0.5: (2.5, 3] and (4, 4.5].
        var others = MadeUp.Numbers(MadeUp.Traces(figure, "other classes")[0].GetProperty("y"));
        Assert.Equal(9, others.Length);
        Assert.Equal((0.5, 0.5), (others[5], others[8]));
        Assert.Equal(2, others.Count(double.IsFinite));
        var own = MadeUp.Numbers(MadeUp.Traces(figure, "true class (0 where right)")[0].GetProperty("y"));
        Assert.Equal(1, own[0]);
        Assert.Equal([2, 2], MadeUp.Numbers(MadeUp.Traces(figure, "margin m = 2")[0].GetProperty("x")));
        Assert.Contains("100.0% of other classes above m", MadeUp.Annotations(figure));
        Assert.Contains("100.0% of the other classes' above the margin 2", figure.AltText);
    }

    [Fact]
    public void DistancesBeyondTheBinsAreCountedInTheCaption()
    {
        var title = MadeUp.Json(LogitDistanceChart.Draw([("CE", Made(3, 80))])).GetProperty("layout").GetProperty("title").GetProperty("text").GetString();

        Assert.Contains("1 distances lie beyond 50, right of the axis", title);
        Assert.DoesNotContain("beyond", MadeUp.Json(LogitDistanceChart.Draw([("CE", Made(3, 4))])).GetProperty("layout").GetProperty("title").ToString());
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Throws<ArgumentException>(() => LogitDistanceChart.Draw([]));
        Assert.Contains("'CE' has no pixel", Assert.Throws<ArgumentException>(() => LogitDistanceChart.Draw([("CE", new LogitDistanceHistogram())])).Message);
        Assert.Contains("100 of width 0.5 and 100 of width 1", Assert.Throws<ArgumentException>(
            () => LogitDistanceChart.Draw([("a", Made(1, 2)), ("b", Made(1, 2, 1))])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => LogitDistanceChart.Draw([("a", Made(1, 2))], margin: 0.3));
    }

    private static LogitDistanceHistogram Made(float first, float second, double width = 0.5)
    {
        using var scope = NewDisposeScope();
        var histogram = new LogitDistanceHistogram(width);
        histogram.Add(tensor(new[] { 0, -first, -second }, [1, 3, 1]), zeros([1, 1], ScalarType.Int64));
        return histogram;
    }
}
