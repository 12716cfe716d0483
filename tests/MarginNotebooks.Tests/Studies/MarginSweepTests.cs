using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Display;

namespace MarginNotebooks.Tests.Studies;

/// <summary>The stored sweep over margins, as the notebook shows it.</summary>
public sealed class MarginSweepTests
{
    private static readonly RunStore Store = new(Workspace.Find(AppContext.BaseDirectory).Results);

    [Fact]
    public void EveryMarginOfTheStudyIsStored() => Assert.All(NamedStudies.PhantomMargins().Runs, run => Assert.True(Store.Contains(run), run.Command));

    [Fact]
    public void EachPositionShowsTheRunOfItsMargin()
    {
        var runs = NamedStudies.PhantomMargins().Collect(Store, train: false, new ExperimentOptions());
        var figure = MarginSweep.Explore([.. runs.Reverse()], [0, 1, 5, double.PositiveInfinity], start: 4);
        var slider = MadeUp.Json(figure).GetProperty("layout").GetProperty("sliders")[0];

        Assert.Equal(2, slider.GetProperty("active").GetInt32()); // 5 is nearest to 4
        string[] Texts(int step) =>
            [.. slider.GetProperty("steps")[step].GetProperty("args")[1].GetProperty("annotations").EnumerateArray().Select(text => text.GetProperty("text").GetString()!)];
        Assert.Contains("no stored run with this margin", Texts(1));
        foreach (var (step, method) in new[] { (0, "mbls-0"), (2, "mbls-5"), (3, "ce") })
        {
            var bins = runs.Single(run => run.Record.Configuration.Method == method).PooledBins("union");
            var ece = Enumerable.Range(0, bins.Bins).Where(b => bins.Count[b] > 0).Sum(b => bins.Count[b] * Math.Abs(bins.Gap(b))) / bins.Total;
            Assert.Contains(FormattableString.Invariant($"<b>ECE {ece:0.0000}</b>"), Texts(step));
        }
    }

    [Fact]
    public void OnlyLossesWithAMarginCanBeMoved()
    {
        Assert.Equal(7.5, MarginSweep.MarginOf("mbls-7.5"));
        Assert.Equal(double.PositiveInfinity, MarginSweep.MarginOf("ce"));
        Assert.Contains("focal-3", Assert.Throws<ArgumentException>(() => MarginSweep.MarginOf("focal-3")).Message);
        Assert.Throws<ArgumentException>(() => MarginSweep.Explore([]));
        var mixed = NamedStudies.Hippocampus().Runs.Where(run => run.Method == "ce").Concat(NamedStudies.PhantomMargins().Runs.Where(run => run.Method == "ce"));
        Assert.Throws<ArgumentException>(() => MarginSweep.Explore([.. mixed.Select(Store.Load)]));
    }
}
