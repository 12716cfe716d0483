using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>Tables of several calibrated runs.</summary>
public static class CalibrationTables
{
    /// <summary>A row for each method and calibrator: the mean over seeds of each case, then over cases, with a 95 % bootstrap interval over
    /// patients.</summary>
    /// <param name="runs">Results on one data set; several seeds of a method become one row.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="scores">Which scores; null for DSC, ECE, CECE, ECE of the whole image and NLL as far as there are any.</param>
    /// <returns>The table.</returns>
    public static Table Compare(IReadOnlyList<CalibratedRun> runs, string protocol = "sound", IReadOnlyList<string>? scores = null)
    {
        var chosen = Chosen(runs, protocol, scores);
        var table = Table.FromRows(["Method", "Calibrator", "Seeds", .. chosen], Rows(runs).Select(row => (IReadOnlyList<object?>)
        [
            row.Name, row.Calibrator, row.Runs.Count.ToString(CultureInfo.InvariantCulture),
            .. chosen.Select(score => (object)ScoreSummary.Mean(Cases(row.Runs, row.Calibrator, score, protocol), score)),
        ])).RowHeader("Method", "Calibrator");
        return chosen.Aggregate(table, (styled, score) => ResultTables.Styled(styled, score, score)).WithCaption(
            $"{Caption(runs, protocol)}; mean [95 % interval from resampling patients]; calibrators were fitted to the validation slices");
    }

    /// <summary>A row for each method and calibrator: its mean minus that of a reference on the same cases.</summary>
    /// <param name="runs">Results on one data set.</param>
    /// <param name="method">Key of the method to compare with; null for each method's own.</param>
    /// <param name="calibrator">Key of the calibrator to compare with.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="scores">Which scores; null as in <see cref="Compare"/>.</param>
    /// <returns>The table. An interval without 0 says that the two differ on such patients, at these seeds.</returns>
    /// <exception cref="ArgumentException">There is no such reference.</exception>
    public static Table Differences(
        IReadOnlyList<CalibratedRun> runs, string? method = null, string calibrator = CalibrationStudy.Uncalibrated, string protocol = "sound",
        IReadOnlyList<string>? scores = null)
    {
        var chosen = Chosen(runs, protocol, scores);
        var rows = Rows(runs);
        var name = method is null ? null : MethodCatalog.Get(method).DisplayName;
        if (rows.All(row => row.Calibrator != calibrator || (method is not null && row.Key != method)))
            throw new ArgumentException(
                $"There is no result of {(name is null ? "" : $"'{name}' with ")}'{calibrator}' to compare with; "
                + $"there are {string.Join(", ", rows.Select(row => $"{row.Key} with {row.Calibrator}"))}.", nameof(calibrator));
        var compared = rows.Where(row => row.Calibrator != calibrator || (method is not null && row.Key != method)).ToList();
        var table = Table.FromRows(["Method", "Calibrator", .. chosen], compared.Select(row => (IReadOnlyList<object?>)
        [
            row.Name, row.Calibrator,
            .. chosen.Select(score => (object)ScoreSummary.PairedDifference(
                Cases(row.Runs, row.Calibrator, score, protocol),
                Cases(rows.First(other => other.Key == (method ?? row.Key)).Runs, calibrator, score, protocol), score)),
        ])).RowHeader("Method", "Calibrator");
        foreach (var score in chosen)
            table = table.Heading(score, $"Δ {ResultTables.Heading(score)}").Decimals(ResultTables.DecimalsOf(score), score);
        return table.WithCaption(
            $"Difference to {name ?? "each method's own scores"} with calibrator '{calibrator}', on the same cases [95 % interval from resampling patients]; "
            + Caption(runs, protocol));
    }

    /// <summary>The scores of <see cref="Compare"/> as a chart: a panel for each score, a row for each calibrator, a point for each method.</summary>
    /// <param name="runs">Results on one data set; several seeds of a method become one point.</param>
    /// <param name="scores">Keys of the scores; null for the ECE of the foreground and of the whole image.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The figure; whiskers are 95 % bootstrap intervals over patients.</returns>
    public static Figure Chart(IReadOnlyList<CalibratedRun> runs, IReadOnlyList<string>? scores = null, string protocol = "sound")
    {
        var lines =
            from score in Chosen(runs, protocol, scores ?? ["ece", "ece/all"])
            from method in Rows(runs).GroupBy(row => row.Name)
            select new CalibratorLine(ResultTables.Heading(score), method.Key,
                [.. method.Select(row => (row.Calibrator, ScoreSummary.Mean(Cases(row.Runs, row.Calibrator, score, protocol), score)))]);
        return CalibratorChart.Draw([.. lines], subtitle: Caption(runs, protocol));
    }

    /// <summary>Our means beside published figures, where those are transcribed; see <see cref="PublishedValues"/>.</summary>
    /// <param name="runs">Results on one data set.</param>
    /// <param name="published">Transcribed figures: of the experiment <c>posthoc</c> for networks as they were trained, of
    /// <c>posthoc-CALIBRATOR</c> for calibrated ones.</param>
    /// <param name="scores">Which scores.</param>
    /// <param name="protocol">Name of the evaluation protocol; the authors' is the one to hold against what they published.</param>
    /// <returns>The table; its caption names the sources, or says that there is none.</returns>
    public static Table AgainstPublished(
        IReadOnlyList<CalibratedRun> runs, PublishedValues published, IReadOnlyList<string> scores, string protocol = "authors") => PublishedComparison.Of(
            Rows(runs).Select(row => new PublishedComparison.Row(
                row.Key, row.Name, row.Calibrator,
                row.Calibrator == CalibrationStudy.Uncalibrated ? CalibrationComputation.KindKey : $"{CalibrationComputation.KindKey}-{row.Calibrator}",
                row.Runs.Count, score => Cases(row.Runs, row.Calibrator, score, protocol))),
            published, runs[0].Record.Configuration.Dataset, scores, Caption(runs, protocol));

    /// <summary>What each fit did: pixels, loss before and after, and anything unusual.</summary>
    /// <param name="runs">The results.</param>
    /// <returns>A row for each run and calibrator.</returns>
    public static Table Fits(IReadOnlyList<CalibratedRun> runs) => Table.FromRows(["Method", "Seed", "Fit"], runs.SelectMany(run =>
        run.Record.Notes.Select(note => (IReadOnlyList<object?>)
        [
            MethodCatalog.Get(run.Record.Configuration.Method).DisplayName, run.Record.Configuration.Seed.ToString(CultureInfo.InvariantCulture), note,
        ]))).RowHeader("Method");

    private static List<(string Key, string Name, string Calibrator, IReadOnlyList<CalibratedRun> Runs)> Rows(IReadOnlyList<CalibratedRun> runs)
    {
        // Of one order for all methods, though one may have been calibrated in another.
        var order = runs.SelectMany(run => run.Results.Calibrators).Distinct().ToList();
        return
        [
            .. from method in DerivedRuns.ByMethod(runs, run => run.Record)
               from calibrator in order
               let having = method.Runs.Where(run => run.Results.Calibrators.Contains(calibrator)).ToList()
               where having.Count > 0
               select (method.Key, method.Name, calibrator, (IReadOnlyList<CalibratedRun>)having),
        ];
    }

    private static IReadOnlyList<CaseValue> Cases(IReadOnlyList<CalibratedRun> seeds, string calibrator, string score, string protocol) =>
        DerivedRuns.PerCase(seeds, run => run.Results.CasesOf(calibrator, protocol), score);

    private static IReadOnlyList<string> Chosen(IReadOnlyList<CalibratedRun> runs, string protocol, IReadOnlyList<string>? scores)
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no result to make a table of.", nameof(runs));
        var cases = runs[0].Results.CasesOf(CalibrationStudy.Uncalibrated, protocol);
        return scores ?? [.. new[] { "dsc", "ece", "cece", "ece/all", "nll", "nll/all" }.Where(score => cases.Any(row => !double.IsNaN(row.Score(score).Value)))];
    }

    private static string Caption(IReadOnlyList<CalibratedRun> runs, string protocol) => DerivedRuns.Caption([.. runs.Select(run => run.Record)], protocol);
}
