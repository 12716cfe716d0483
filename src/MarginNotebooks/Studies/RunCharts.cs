using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The charts of finished runs.</summary>
public static class RunCharts
{
    /// <summary>Reliability diagrams side by side, with bands from resampling patients.</summary>
    /// <param name="runs">A panel for each.</param>
    /// <param name="region">Which pixels: <c>all</c>, <c>foreground</c> or <c>union</c>.</param>
    /// <returns>The figure.</returns>
    public static Figure Reliability(IReadOnlyList<RunResults> runs, string region = "union") => ReliabilityDiagram.SideBySide(
        [.. runs.Select(run => (NameOf(run, runs), run.PooledBins(region), (ReliabilityBand?)BandOf(run, region)))],
        subtitle: Subtitle(runs, region));

    /// <summary>Confidence histograms side by side.</summary>
    /// <param name="runs">A panel for each.</param>
    /// <param name="region">Which pixels.</param>
    /// <returns>The figure.</returns>
    public static Figure Confidence(IReadOnlyList<RunResults> runs, string region = "union") => ConfidenceHistogram.Draw(
        [.. runs.Select(run => (NameOf(run, runs), run.PooledBins(region)))], subtitle: Subtitle(runs, region));

    /// <summary>Losses and validation scores by epoch.</summary>
    /// <param name="runs">A line for each.</param>
    /// <returns>The figure.</returns>
    public static Figure Training(IReadOnlyList<RunResults> runs) => TrainingCurves.Draw([.. runs.Select(run => (NameOf(run, runs), run.Epochs))]);

    /// <summary>The method's name, with the seed where the runs have several.</summary>
    internal static string NameOf(RunResults run, IReadOnlyList<RunResults> among)
    {
        var name = MethodCatalog.Get(run.Record.Configuration.Method).DisplayName;
        return among.Select(other => other.Record.Configuration.Seed).Distinct().Skip(1).Any()
            ? $"{name}, seed {run.Record.Configuration.Seed}"
            : name;
    }

    private static ReliabilityBand BandOf(RunResults run, string region) =>
        ReliabilityBands.Of([.. run.ReliabilityOf(region).Select(row => (row.PatientId, row.Bins))]);

    private static string Subtitle(IReadOnlyList<RunResults> runs, string region)
    {
        var rows = runs[0].ReliabilityOf(region);
        var pixels = Enum.GetValues<PixelRegion>().First(value => value.Key() == region).Describe();
        return $"{pixels}; {rows.Count} test volumes of {rows.Select(row => row.PatientId).Distinct().Count()} patients";
    }
}
