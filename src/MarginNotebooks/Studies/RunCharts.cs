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
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis, which shows the rare unsure pixels.</param>
    /// <returns>The figure.</returns>
    public static Figure Confidence(IReadOnlyList<RunResults> runs, string region = "union", bool logScale = false) => ConfidenceHistogram.Draw(
        [.. runs.Select(run => (NameOf(run, runs), run.PooledBins(region)))], subtitle: Subtitle(runs, region), logScale: logScale);

    /// <summary>Smooth reliability curves in one panel, from each case's stored confidence bins, with bands from resampling patients.</summary>
    /// <param name="runs">A curve for each.</param>
    /// <param name="region">Which pixels.</param>
    /// <param name="bandwidth">Standard deviation of the kernel; no less than the width of a stored bin, 1/15.</param>
    /// <returns>The figure. <see cref="NetworkCharts.SmoothReliability"/> has finer bins, and so smaller bandwidths.</returns>
    public static Figure SmoothReliability(IReadOnlyList<RunResults> runs, string region = "union", double bandwidth = 0.07) =>
        SmoothReliabilityDiagram.Draw(
            [.. runs.Select(run => (NameOf(run, runs),
                Display.SmoothReliability.Of([.. run.ReliabilityOf(region).Select(row => (row.PatientId, row.Bins))], bandwidth)))],
            subtitle: Subtitle(runs, region));

    /// <summary>Dataset reliability histograms side by side: the accuracy of each case in each confidence bin.</summary>
    /// <param name="runs">A panel for each.</param>
    /// <param name="region">Which pixels.</param>
    /// <returns>The figure.</returns>
    public static Figure DatasetReliability(IReadOnlyList<RunResults> runs, string region = "union") => Display.DatasetReliability.Draw(
        [.. runs.Select(run => (NameOf(run, runs), (IReadOnlyList<BinSums>)[.. run.ReliabilityOf(region).Select(row => row.Bins)]))],
        subtitle: Subtitle(runs, region));

    /// <summary>Confidence of right and of wrong pixels, side by side.</summary>
    /// <param name="runs">A panel for each.</param>
    /// <param name="region">Which pixels.</param>
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis.</param>
    /// <returns>The figure.</returns>
    public static Figure Outcomes(IReadOnlyList<RunResults> runs, string region = "union", bool logScale = false) => ConfidenceByOutcome.Draw(
        [.. runs.Select(run => (NameOf(run, runs), run.PooledBins(region)))], subtitle: Subtitle(runs, region), logScale: logScale);

    /// <summary>A score of each test case: a box for each run.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="score">Key of the score, for example <c>dsc</c>, <c>hd95</c> or <c>ece/all</c>.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">A run was not evaluated under the protocol, or has no such score.</exception>
    public static Figure Boxes(IReadOnlyList<RunResults> runs, string score = "dsc", string protocol = "sound")
    {
        if (runs.Count == 0)
            throw new ArgumentException("A box plot needs at least one run.", nameof(runs));
        foreach (var run in runs)
            if (run.CasesOf(protocol)[0].Values is var values && !values.ContainsKey(score))
                throw new ArgumentException(
                    $"Run '{run.Record.Configuration.Name}' has no score '{score}'; it has {string.Join(", ", values.Keys)}.", nameof(score));
        return CaseBoxPlot.Draw(
            [.. runs.Select(run => (NameOf(run, runs), (IReadOnlyList<CaseValue>)[.. run.CasesOf(protocol).Select(row => row.Score(score))]))],
            AxisOf(score, runs[0].Record.ClassNames),
            subtitle: $"{runs[0].Record.Configuration.Dataset}, {runs[0].CasesOf(protocol).Count} test volumes; protocol '{protocol}'");
    }

    private static string AxisOf(string score, IReadOnlyList<string> classNames)
    {
        var parts = score.Split('/');
        var unit = parts[0] is "hd" or "hd95" or "asd" or "assd" ? " (mm)" : "";
        return parts.Length == 2 && int.TryParse(parts[1], out var k) && k > 0 && k < classNames.Count
            ? $"{ResultTables.Heading(score)}, {classNames[k]}{unit}"
            : ResultTables.Heading(score) + unit;
    }

    /// <summary>Losses and validation scores by epoch.</summary>
    /// <param name="runs">A line for each.</param>
    /// <returns>The figure.</returns>
    public static Figure Training(IReadOnlyList<RunResults> runs) => TrainingCurves.Draw([.. runs.Select(run => (NameOf(run, runs), run.Epochs))]);

    /// <summary>DSC, ECE, NLL and logit distance of the validation slices by epoch.</summary>
    /// <param name="runs">A line for each; one whose log has no such scores is named below the title instead.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no run whose log has the scores.</exception>
    public static Figure Dynamics(IReadOnlyList<RunResults> runs)
    {
        var (scored, without) = DynamicsTable.Split(runs);
        return TrainingDynamics.Draw(
            [.. scored.Select(run => (NameOf(run, scored), run.Epochs, run.Record.BestEpoch))], subtitle: DynamicsTable.Caption(scored, without));
    }

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
        return $"{runs[0].Record.Configuration.Dataset}, {pixels}; {rows.Count} test volumes of {rows.Select(row => row.PatientId).Distinct().Count()} patients";
    }
}
