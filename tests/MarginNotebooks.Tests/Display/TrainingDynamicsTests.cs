using MarginNotebooks.Display;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Display;

public sealed class TrainingDynamicsTests
{
    [Fact]
    public void EachPanelHoldsItsScoreByEpochAndTheKeptOneIsMarked()
    {
        var figure = TrainingDynamics.Draw([("CE", Log(0.1, 0.3, 0.2), 1)]);
        var lines = MadeUp.Traces(figure, "CE");
        var stars = MadeUp.Traces(figure, "CE, kept");

        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => Assert.Equal([1, 2, 3], MadeUp.Numbers(line.GetProperty("x"))));
        Assert.Equal([0.1, 0.3, 0.2], MadeUp.Numbers(lines[0].GetProperty("y")));
        Assert.Equal([1.1, 1.3, 1.2], MadeUp.Numbers(lines[1].GetProperty("y")));
        Assert.Equal([2.1, 2.3, 2.2], MadeUp.Numbers(lines[2].GetProperty("y")));
        Assert.Equal([3.1, 3.3, 3.2], MadeUp.Numbers(lines[3].GetProperty("y")));
        Assert.Equal(["x", "x2", "x3", "x4"], lines.Select(line => line.GetProperty("xaxis").GetString()));
        Assert.All(stars, star => Assert.Equal([2], MadeUp.Numbers(star.GetProperty("x"))));
        Assert.Equal([0.3, 1.3, 2.3, 3.3], stars.Select(star => MadeUp.Numbers(star.GetProperty("y"))[0]));
        Assert.Contains("kept epoch 2", figure.AltText);
        Assert.Equal(
            ["<b>DSC</b>", "<b>Expected calibration error</b>", "<b>Negative log-likelihood</b>", "<b>Mean largest logit distance</b>"],
            MadeUp.Annotations(figure));
    }

    [Fact]
    public void OneLegendEntryTakesARunOutOfAllPanels()
    {
        var figure = TrainingDynamics.Draw([("CE", Log(0.1, 0.2), 0), ("MbLS", Log(0.2, 0.3), 1)]);

        foreach (var name in new[] { "CE", "MbLS" })
        {
            var traces = MadeUp.Traces(figure, name).Concat(MadeUp.Traces(figure, $"{name}, kept")).ToArray();
            Assert.Equal(8, traces.Length);
            Assert.Single(traces.Select(trace => trace.GetProperty("legendgroup").GetString()).Distinct());
            Assert.Single(traces, trace => trace.GetProperty("showlegend").GetBoolean());
        }
    }

    [Fact]
    public void AnEpochWithoutScoresIsAGap()
    {
        var log = Log(0.1, 0.2, 0.3).Select(epoch => epoch.Epoch == 1 ? epoch with { Validation = null } : epoch).ToList();
        var figure = TrainingDynamics.Draw([("CE", log, 1)]);

        Assert.Equal([0.1, double.NaN, 0.3], MadeUp.Numbers(MadeUp.Traces(figure, "CE")[0].GetProperty("y")));
        Assert.Empty(MadeUp.Traces(figure, "CE, kept")); // its scores are not known
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Throws<ArgumentException>(() => TrainingDynamics.Draw([]));
        var old = Log(0.1).Select(epoch => epoch with { Validation = null }).ToList();
        Assert.Contains("The epoch log of 'CE' has no validation scores", Assert.Throws<ArgumentException>(() => TrainingDynamics.Draw([("CE", old, 0)])).Message);
        Assert.Contains("Epoch 8, which 'CE'", Assert.Throws<ArgumentException>(() => TrainingDynamics.Draw([("CE", Log(0.1), 7)])).Message);
    }

    /// <summary>Epochs whose four scores are the given number, and 1, 2 and 3 more.</summary>
    internal static IReadOnlyList<EpochRecord> Log(params double[] dice) =>
        [.. dice.Select((score, e) => new EpochRecord(e, 1e-3, 1, new Dictionary<string, double>(), 1, score, 1)
        {
            Validation = new ValidationScores(score, score + 1, score + 2, score + 3),
        })];
}
