using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>Runs that differ in their margin only, as one figure that the reader moves through.</summary>
public static class MarginSweep
{
    /// <summary>The figure with the slider: penalty and gradient of each margin, and the reliability of the run that was trained with it.</summary>
    /// <param name="runs">Finished runs with the methods <c>mbls-m</c> and <c>ce</c> on one data set; seeds of one margin are pooled.</param>
    /// <param name="margins">The slider's positions, positive infinity for cross-entropy; null for the margins that were run.</param>
    /// <param name="start">The margin shown first; the nearest of them is taken.</param>
    /// <param name="region">Which pixels: <c>all</c>, <c>foreground</c> or <c>union</c>.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no run, runs of several data sets, or one whose loss has no margin.</exception>
    public static Figure Explore(IReadOnlyList<RunResults> runs, IReadOnlyList<double>? margins = null, double start = 5, string region = "union")
    {
        if (runs.Count == 0)
            throw new ArgumentException("A sweep needs at least one finished run.", nameof(runs));
        var data = runs.Select(run => run.Record.DataChecksum).Distinct().Count();
        if (data > 1)
            throw new ArgumentException($"These runs were made with {data} different data sets; a sweep compares runs on one.", nameof(runs));

        var byMargin = runs.ToLookup(run => MarginOf(run.Record.Configuration.Method));
        var positions = margins ?? [.. byMargin.Select(group => group.Key).Order()];
        var steps = positions.Select(margin => Step(margin, [.. byMargin[margin]], region)).ToList();
        var nearest = Enumerable.Range(0, steps.Count).MinBy(i => Math.Abs(Math.Min(positions[i], double.MaxValue) - start));
        var first = runs[0];
        var cases = first.ReliabilityOf(region);
        var pixels = Enum.GetValues<PixelRegion>().First(value => value.Key() == region).Describe();
        return MarginExplorer.Draw(
            steps, first.Record.ClassNames.Count, MethodCatalog.PublishedLambda, nearest,
            subtitle: string.Create(CultureInfo.InvariantCulture,
                $"left: one pixel of {first.Record.ClassNames.Count} classes, λ = {MethodCatalog.PublishedLambda}; right: {first.Record.Configuration.Dataset}, {pixels}, {cases.Count} test volumes"));
    }

    /// <summary>The margin of a method: that of <c>mbls-m</c>, and positive infinity for cross-entropy, whose logits nothing holds back.</summary>
    /// <param name="method">Key of the method.</param>
    /// <returns>m.</returns>
    /// <exception cref="ArgumentException">The method is neither.</exception>
    public static double MarginOf(string method)
    {
        return MethodCatalog.Get(method).CreateLoss() switch
        {
            MarginLoss loss => loss.Margin,
            CrossEntropyLoss => double.PositiveInfinity,
            _ => throw new ArgumentException($"Method '{method}' has no margin to move: a sweep takes mbls-NUMBER and ce.", nameof(method)),
        };
    }

    private static MarginStep Step(double margin, IReadOnlyList<RunResults> runs, string region)
    {
        if (runs.Count == 0)
            return new MarginStep(margin);
        var rows = runs.SelectMany(run => run.ReliabilityOf(region)).ToList();
        var bins = new BinSums(rows[0].Bins.Bins);
        rows.ForEach(row => bins.Add(row.Bins));
        var dice = runs.SelectMany(run => run.CasesOf(EvaluationProtocol.Sound.Name)).Average(row => row.Score("dsc").Value);
        var seeds = runs.Count > 1 ? $", {runs.Count} seeds" : "";
        return new MarginStep(
            margin, bins, ReliabilityBands.Of([.. rows.Select(row => (row.PatientId, row.Bins))]),
            string.Create(CultureInfo.InvariantCulture, $"claims {bins.Confidence.Sum() / bins.Total:P0}, right on {bins.Correct.Sum() / bins.Total:P0}; DSC {dice:0.000}{seeds}"));
    }
}
