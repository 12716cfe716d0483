using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The calibration errors that reliability diagrams show: of all test pixels pooled, with intervals from resampling patients.</summary>
/// <remarks>
/// <para>
/// ECE of the pooled confidence bins, and the mean confidence minus the accuracy, which tells the direction: positive is over-confident. The mean of
/// the volumes' own ECEs (<see cref="ResultTables"/>) is usually larger: gaps of different sign cancel in the pooled bins.
/// </para>
/// <para>
/// Patients are drawn with replacement, with all their volumes. A gap that is 0 in truth is not 0 in a resample, so an interval of an ECE leans upwards
/// and never holds 0.
/// </para>
/// </remarks>
public static class PooledCalibration
{
    /// <summary>A row for each run, two columns for each region.</summary>
    /// <param name="runs">Runs of one data set.</param>
    /// <param name="regions">Which pixels; null for <c>foreground</c>, <c>union</c> and <c>all</c>.</param>
    /// <param name="options">How the intervals are computed; null for 2000 resamples, 95 %, seed 1.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentException">There is no run, or one has no bins of a region.</exception>
    public static Table Of(IReadOnlyList<RunResults> runs, IReadOnlyList<string>? regions = null, BootstrapOptions? options = null)
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no run to make a table of.", nameof(runs));
        regions ??= ["foreground", "union", "all"];
        var table = Table.FromRows(
            ["Method", .. regions.SelectMany(region => new[] { $"ece/{region}", $"gap/{region}" })],
            runs.Select(run => (IReadOnlyList<object?>)
            [
                RunCharts.NameOf(run, runs),
                .. regions.SelectMany(region => Estimates(run, region, options ?? BootstrapOptions.Default)),
            ])).RowHeader("Method");
        foreach (var region in regions)
            table = table.Heading($"ece/{region}", $"ECE, {Words(region)}").Heading($"gap/{region}", $"Confidence − accuracy, {Words(region)}")
                .Decimals(4, $"ece/{region}", $"gap/{region}").LowerIsBetter($"ece/{region}");
        return table.WithCaption(
            $"{runs[0].Record.Configuration.Dataset}: all {runs[0].ReliabilityOf(regions[0]).Count} test volumes pooled, {runs[0].PooledBins(regions[0]).Bins} bins "
            + "[95 % interval from resampling patients]");
    }

    private static string Words(string region) => region switch { "foreground" => "true foreground", "union" => "true or predicted foreground", "all" => "whole image", _ => region };

    private static IEnumerable<object?> Estimates(RunResults run, string region, BootstrapOptions options)
    {
        var rows = run.ReliabilityOf(region);
        var patients = rows.GroupBy(row => row.PatientId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Pooled(group.Select(row => row.Bins))).ToArray();
        var (errors, gaps) = (new List<double>(options.Replicates), new List<double>(options.Replicates));
        if (patients.Length > 1)
        {
            PatientBootstrap.Resample(patients.Length, options, drawn =>
            {
                var sums = Pooled(drawn.Select(p => patients[p]));
                errors.Add(CalibrationErrors.Expected(sums));
                gaps.Add(Gap(sums));
            });
        }
        var pooled = run.PooledBins(region);
        return [Estimate("ece", CalibrationErrors.Expected(pooled), errors), Estimate("gap", Gap(pooled), gaps)];

        ScoreEstimate Estimate(string key, double value, List<double> values)
        {
            var (lower, upper) = values.Count == 0 ? (double.NaN, double.NaN) : PatientBootstrap.Interval(values, options);
            return new ScoreEstimate(key, value, lower, upper, rows.Count, 0, patients.Length);
        }
    }

    private static double Gap(BinSums sums) => (sums.Confidence.Sum() - sums.Correct.Sum()) / sums.Total;

    private static BinSums Pooled(IEnumerable<BinSums> parts)
    {
        BinSums? sums = null;
        foreach (var part in parts)
        {
            sums ??= new BinSums(part.Bins);
            sums.Add(part);
        }
        return sums ?? throw new ArgumentException("There are no sums to pool.", nameof(parts));
    }
}
