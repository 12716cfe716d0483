using MarginNotebooks.Display;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Display;

public sealed class TrainingCurvesTests
{
    [Fact]
    public void EpochsCountFromOneAndTheBestIsMarked()
    {
        var traces = MadeUp.Traces(TrainingCurves.Draw([("CE", Log(0.1, 0.7, 0.6))]), "CE");

        Assert.Equal(4, traces.Length); // training loss, validation loss, score, best epoch
        Assert.Equal([1, 2, 3], MadeUp.Numbers(traces[0].GetProperty("x")));
        Assert.Equal([1, 0.5, 1.0 / 3], MadeUp.Numbers(traces[0].GetProperty("y")));
        Assert.Equal([2, 1, 2.0 / 3], MadeUp.Numbers(traces[1].GetProperty("y")));
        Assert.Equal([0.1, 0.7, 0.6], MadeUp.Numbers(traces[2].GetProperty("y")));
        Assert.Equal([2], MadeUp.Numbers(traces[3].GetProperty("x")));
        Assert.Equal([0.7], MadeUp.Numbers(traces[3].GetProperty("y")));
    }

    [Fact]
    public void RunsHaveOneLegendEntryAndTheirOwnColour()
    {
        var figure = TrainingCurves.Draw([("CE", Log(0.1, 0.2)), ("MbLS", Log(0.1, 0.3))]);

        Assert.Single(MadeUp.Traces(figure, "CE"), trace => trace.GetProperty("showlegend").GetBoolean());
        var colours = new[] { "CE", "MbLS" }.Select(name => MadeUp.Traces(figure, name)[0].GetProperty("line").GetProperty("color")
            .GetString());
        Assert.Equal(2, colours.Distinct().Count());
    }

    [Fact]
    public void ADivergedRunIsDrawnWithGaps()
    {
        var traces = MadeUp.Traces(TrainingCurves.Draw([("CE", Log(double.NaN, double.NaN))]), "CE");

        Assert.Equal(3, traces.Length); // no best epoch
        Assert.Equal([double.NaN, double.NaN], MadeUp.Numbers(traces[2].GetProperty("y")));
    }

    [Fact]
    public void SaysWhichRunIsEmpty() =>
        Assert.Contains("Run 'CE' has no finished epoch", Assert.Throws<ArgumentException>(() => TrainingCurves.Draw([("CE", [])]))
            .Message);

    private static IReadOnlyList<EpochRecord> Log(params double[] scores) =>
        [.. scores.Select((score, e) =>
            new EpochRecord(e, 1e-3, 1.0 / (e + 1), new Dictionary<string, double>(), 2.0 / (e + 1), score, 1))];
}
