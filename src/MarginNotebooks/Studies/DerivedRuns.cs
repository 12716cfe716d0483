using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Losses;
using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Studies;

/// <summary>What tables of derived results have in common: seeds of a method become one row, and what cannot be compared is refused.</summary>
public static class DerivedRuns
{
    /// <summary>Every stored result, one row each: seed, time, device, date and commit.</summary>
    /// <param name="records">The records.</param>
    /// <returns>The table.</returns>
    public static Table Describe(IReadOnlyList<DerivedRecord> records) => Table.FromRows(
        ["Data set", "Method", "Seed", "Minutes", "Device", "Date", "Commit", "Weights"], records.Select(record => (IReadOnlyList<object?>)
        [
            record.Configuration.Dataset,
            MethodCatalog.Get(record.Configuration.Method).DisplayName,
            record.Configuration.Seed.ToString(CultureInfo.InvariantCulture),
            record.Seconds / 60,
            $"{record.Device}, {record.Environment.Threads} thread{(record.Environment.Threads == 1 ? "" : "s")}",
            record.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            record.Commit?[..Math.Min(8, record.Commit.Length)] ?? "–",
            record.WeightsSha256[..8],
        ])).RowHeader("Data set", "Method").Decimals(1, "Minutes").WithCaption("Every stored result, one row each.");

    /// <summary>Which of a study's runs have a result.</summary>
    /// <param name="study">The study.</param>
    /// <param name="present">The records that are there.</param>
    /// <returns>A sentence for a caption or a line of output.</returns>
    public static string State(Study study, IReadOnlyList<DerivedRecord> present)
    {
        var missing = study.Runs.Except(present.Select(record => record.Configuration)).ToList();
        return $"{study.Runs.Count - missing.Count} of {study.Runs.Count} runs of the study '{study.Name}'{(study.Scale is null ? "" : $" ({study.Scale})")} have a result"
            + (missing.Count == 0 ? "." : $"; missing: {string.Join(", ", missing.Select(run => $"{run.Dataset} {run.Method} seed {run.Seed}"))}.");
    }

    internal static List<(string Key, string Name, IReadOnlyList<T> Runs)> ByMethod<T>(IReadOnlyList<T> runs, Func<T, DerivedRecord> recordOf)
    {
        if (runs.Count == 0)
            throw new ArgumentException("There is no result to make a table or chart of.", nameof(runs));
        var records = runs.Select(recordOf).ToList();
        if (records.Select(record => record.DataChecksum).Distinct().Skip(1).Any())
            throw new ArgumentException("The results were made on different data (their checksums differ): compare those of one data set only.", nameof(runs));
        if (records.GroupBy(record => record.Configuration with { Method = "ce", Seed = 1 }).Skip(1).Any())
            throw new ArgumentException("The results are of runs that differ in more than method and seed: compare those of one setting only.", nameof(runs));
        return [.. runs.GroupBy(run => recordOf(run).Configuration.Method)
            .Select(group => (group.Key, MethodCatalog.Get(group.Key).DisplayName, (IReadOnlyList<T>)[.. group]))];
    }

    internal static IReadOnlyList<CaseValue> PerCase<T>(IReadOnlyList<T> seeds, Func<T, IReadOnlyList<CaseRow>> casesOf, string score) =>
        SeedSpread.PerCase(seeds.Select(run => (IReadOnlyList<CaseValue>)[.. casesOf(run).Select(row => row.Score(score))]));

    internal static string Caption(IReadOnlyList<DerivedRecord> records, string protocol)
    {
        var run = records[0].Configuration;
        var seeds = records.GroupBy(record => record.Configuration.Method).Select(group => group.Count()).Distinct().Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{run.Dataset}, {records[0].TestVolumes} test volumes; {run.Filters} filters, {run.Epochs} epochs")
            + (run.Downsampling > 1 ? $", resolution divided by {run.Downsampling}" : "")
            + $", {string.Join(" or ", seeds)} seed{(seeds is [1] ? "" : "s")} a method; protocol '{protocol}'";
    }
}
