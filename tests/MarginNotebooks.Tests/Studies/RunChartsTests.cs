using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Display;

namespace MarginNotebooks.Tests.Studies;

/// <summary>Charts of the runs that are part of the repository.</summary>
public sealed class RunChartsTests
{
    [Fact]
    public void BoxesShowTheStoredScoresOfEachCase()
    {
        var runs = Runs();
        var figure = RunCharts.Boxes(runs, "hd95");
        var boxes = MadeUp.Json(figure).GetProperty("data").EnumerateArray().ToArray();

        Assert.Equal(runs.Count, boxes.Length);
        for (var r = 0; r < runs.Count; r++)
        {
            var stored = runs[r].CasesOf("sound");
            Assert.Equal(stored.Select(row => row.Values["hd95"]).Where(double.IsFinite), MadeUp.Numbers(boxes[r].GetProperty("y")));
        }

        Assert.Equal("HD95 (mm)", MadeUp.Json(figure).GetProperty("layout").GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Contains("DSC, anterior", RunCharts.Boxes(runs, "dsc/1").AltText);
    }

    [Fact]
    public void SmoothCurvesAndDatasetHistogramsCountEveryStoredPixelAndCase()
    {
        var runs = Runs();
        var smooth = RunCharts.SmoothReliability(runs[..1]);
        var counts = MadeUp.Json(smooth).GetProperty("data").EnumerateArray().Single(trace => trace.GetProperty("name").GetString()!.EndsWith(" pixels", StringComparison.Ordinal));
        var dataset = MadeUp.Traces(RunCharts.DatasetReliability(runs[..1]), "cases").Single();
        var outcomes = MadeUp.Annotations(RunCharts.Outcomes(runs[..1]));
        var pooled = runs[0].PooledBins("union");

        Assert.Equal(pooled.Total, MadeUp.Numbers(counts.GetProperty("y"))[..^1].Where(double.IsFinite).Sum());
        var cases = runs[0].ReliabilityOf("union");
        var last = dataset.GetProperty("z").EnumerateArray().Select(row => MadeUp.Numbers(row)[^1]).Where(double.IsFinite).Sum();
        Assert.Equal((double)cases.Count(row => row.Bins.Count[^1] > 0) / cases.Count, last, 1e-9);
        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{pooled.Correct.Sum():N0} right<br>{pooled.Total - pooled.Correct.Sum():N0} wrong"), outcomes);
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("has no score 'dice'; it has dsc", Assert.Throws<ArgumentException>(() => RunCharts.Boxes(Runs(), "dice")).Message);
        Assert.Throws<ArgumentException>(() => RunCharts.Boxes([]));
        Assert.Contains("1/15", Assert.Throws<ArgumentOutOfRangeException>(() => RunCharts.SmoothReliability(Runs(), bandwidth: 0.03)).Message);
    }

    private static List<RunResults> Runs() => [.. new RunStore(Workspace.Find(AppContext.BaseDirectory).Results).LoadAll("hippocampus")
        .Where(run => run.Record.Configuration is { Seed: 1, Method: "ce" or "ls-0.1" })];
}
