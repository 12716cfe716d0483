using System.Globalization;
using MarginNotebooks.Data.Shifts;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>Tables and charts of methods under shifts of the test images.</summary>
public static class ShiftTables
{
    /// <summary>A row for each method and a column for each strength: the mean over seeds of each case, then over cases, with a 95 % bootstrap
    /// interval over patients.</summary>
    /// <param name="runs">Results on one data set; several seeds of a method become one row.</param>
    /// <param name="shift">Key of the shift.</param>
    /// <param name="score">Key of the score, for example <c>dsc</c>.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The table.</returns>
    public static Table Compare(IReadOnlyList<ShiftRun> runs, string shift, string score = "dsc", string protocol = "sound")
    {
        var methods = DerivedRuns.ByMethod(runs, run => run.Record);
        var strengths = StrengthsOf(runs, shift);
        var table = Table.FromRows(["Method", .. strengths.Select(item => item.Label)], methods.Select(method => (IReadOnlyList<object?>)
        [
            method.Name,
            .. strengths.Select(item => (object)ScoreSummary.Mean(Cases(method.Runs, shift, item.Strength, score, protocol), score)),
        ])).RowHeader("Method");
        return Styled(table, strengths, score).WithCaption(
            $"{ResultTables.Heading(score)} under '{shift}' ({ParameterName(shift)}): mean [95 % interval from resampling patients]; {Caption(runs, protocol)}");
    }

    /// <summary>A row for each method and a column for each strength: its mean minus the reference's on the same cases under the same shift.</summary>
    /// <param name="runs">Results on one data set.</param>
    /// <param name="shift">Key of the shift.</param>
    /// <param name="score">Key of the score.</param>
    /// <param name="reference">Key of the method to compare with.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The table. An interval without 0 says that the methods differ on such patients, at these seeds.</returns>
    /// <exception cref="ArgumentException">There is no result of the reference.</exception>
    public static Table Differences(
        IReadOnlyList<ShiftRun> runs, string shift, string score = "ece", string reference = "ce", string protocol = "sound")
    {
        var methods = DerivedRuns.ByMethod(runs, run => run.Record);
        var baseline = methods.FirstOrDefault(method => method.Key == reference).Runs
            ?? throw new ArgumentException($"There is no result of '{reference}' to compare with; there are {string.Join(", ", methods.Select(m => m.Key))}.", nameof(reference));
        var strengths = StrengthsOf(runs, shift);
        var table = Table.FromRows(["Method", .. strengths.Select(item => item.Label)], methods.Where(method => method.Key != reference).Select(method => (IReadOnlyList<object?>)
        [
            method.Name,
            .. strengths.Select(item => (object)ScoreSummary.PairedDifference(
                Cases(method.Runs, shift, item.Strength, score, protocol), Cases(baseline, shift, item.Strength, score, protocol), score)),
        ])).RowHeader("Method").Decimals(ResultTables.DecimalsOf(score), [.. strengths.Select(item => item.Label)]);
        return table.WithCaption(
            $"Difference of the {ResultTables.Heading(score)} to {Losses.MethodCatalog.Get(reference).DisplayName} under '{shift}' ({ParameterName(shift)}), on the same cases "
            + $"[95 % interval from resampling patients]; {Caption(runs, protocol)}");
    }

    /// <summary>Scores against strength: a row of panels for each score, a column for each shift, a line with its band for each method.</summary>
    /// <param name="runs">Results on one data set; several seeds of a method become one line.</param>
    /// <param name="scores">Keys of the scores; null for DSC and ECE.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The figure; bands are 95 % bootstrap intervals over patients.</returns>
    public static Figure Chart(IReadOnlyList<ShiftRun> runs, IReadOnlyList<string>? scores = null, string protocol = "sound")
    {
        var methods = DerivedRuns.ByMethod(runs, run => run.Record);
        IReadOnlyList<string> shifts = [.. runs.SelectMany(run => run.Results.Shifts).Distinct().Where(shift => runs.All(run => run.Results.Shifts.Contains(shift)))];
        if (shifts.Count == 0)
            throw new ArgumentException("There is no shift that all results have in common.", nameof(runs));
        var panels =
            from score in scores ?? ["dsc", "ece"]
            from shift in shifts
            let strengths = StrengthsOf(runs, shift)
            select new ShiftPanel(
                ShiftCatalog.Find(shift)?.Name ?? shift,
                ParameterName(shift),
                ResultTables.Heading(score),
                [.. strengths.Select(item => item.Label)],
                [.. methods.Select(method => new ShiftLine(
                    method.Name, [.. strengths.Select(item => ScoreSummary.Mean(Cases(method.Runs, shift, item.Strength, score, protocol), score))]))]);
        return ShiftChart.Draw([.. panels], shifts.Count, "Scores under shifts of the test images", $"{Caption(runs, protocol)}; bands: 95 % bootstrap intervals over patients");
    }

    /// <summary>Our means beside published figures, where those are transcribed; see <see cref="PublishedValues"/>.</summary>
    /// <param name="runs">Results on one data set.</param>
    /// <param name="published">Transcribed figures: of the experiment <c>shift</c> for unshifted images, of <c>shift-SHIFT-PARAMETER</c>, for example
    /// <c>shift-noise-0.5</c>, for shifted ones.</param>
    /// <param name="shift">Key of the shift.</param>
    /// <param name="scores">Which scores.</param>
    /// <param name="protocol">Name of the evaluation protocol; the authors' is the one to hold against what they published.</param>
    /// <returns>The table; its caption names the sources, or says that there is none.</returns>
    public static Table AgainstPublished(
        IReadOnlyList<ShiftRun> runs, PublishedValues published, string shift, IReadOnlyList<string> scores, string protocol = "authors") => PublishedComparison.Of(
            from method in DerivedRuns.ByMethod(runs, run => run.Record)
            from item in StrengthsOf(runs, shift)
            select new PublishedComparison.Row(
                method.Key, method.Name, item.Label,
                item.Strength == 0 ? ShiftComputation.KindKey : $"{ShiftComputation.KindKey}-{shift}-{item.Label}",
                method.Runs.Count, score => Cases(method.Runs, shift, item.Strength, score, protocol)),
            published, runs[0].Record.Configuration.Dataset, scores, Caption(runs, protocol));

    private static IReadOnlyList<CaseValue> Cases(IReadOnlyList<ShiftRun> seeds, string shift, int strength, string score, string protocol) =>
        DerivedRuns.PerCase(seeds, run => run.Results.CasesOf(shift, strength, protocol), score);

    private static List<(int Strength, string Label)> StrengthsOf(IReadOnlyList<ShiftRun> runs, string shift)
    {
        var each = runs.Select(run => string.Join(' ', run.Results.StrengthsOf(shift))).Distinct().ToList();
        if (each.Count > 1)
            throw new ArgumentException($"The results have '{shift}' at different strengths: {string.Join(" and ", each)}.", nameof(runs));
        return [.. runs[0].Results.StrengthsOf(shift).Select(item =>
            (item.Strength, item.Strength == 0 ? "as it is" : item.Parameter.ToString("R", CultureInfo.InvariantCulture)))];
    }

    private static Table Styled(Table table, List<(int Strength, string Label)> strengths, string score) => strengths.Aggregate(
        table, (styled, item) => ResultTables.Styled(styled, item.Label, score).Heading(item.Label, item.Label));

    private static string ParameterName(string shift) => ShiftCatalog.Find(shift)?.ParameterName ?? "parameter";

    private static string Caption(IReadOnlyList<ShiftRun> runs, string protocol) => DerivedRuns.Caption([.. runs.Select(run => run.Record)], protocol);
}
