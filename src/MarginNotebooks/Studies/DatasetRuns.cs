using MarginNotebooks.Display;
using MarginNotebooks.Losses;

namespace MarginNotebooks.Studies;

/// <summary>The runs of one data set in a study: those that are finished, and those that are not.</summary>
/// <param name="Dataset">Key of the data set.</param>
/// <param name="Finished">The finished runs, in the study's order.</param>
/// <param name="Missing">The others.</param>
public sealed record DatasetRuns(string Dataset, IReadOnlyList<RunResults> Finished, IReadOnlyList<RunConfiguration> Missing)
{
    /// <summary>Splits a study by data set and loads what is finished.</summary>
    /// <param name="study">The study.</param>
    /// <param name="store">Where finished runs are, and where new ones go.</param>
    /// <param name="train">True trains what is missing, data set by data set; false leaves it out.</param>
    /// <param name="options">Where new runs work.</param>
    /// <returns>One entry a data set, in the study's order; without a finished run where there is none.</returns>
    public static IReadOnlyList<DatasetRuns> Of(Study study, RunStore store, bool train, ExperimentOptions options) =>
    [
        .. study.Runs.GroupBy(run => run.Dataset).Select(group =>
        {
            var part = study with { Runs = [.. group] };
            var missing = train ? [] : part.Runs.Where(run => !store.Contains(run)).ToList();
            return new DatasetRuns(group.Key, missing.Count == part.Runs.Count ? [] : part.Collect(store, train, options), missing);
        }),
    ];

    /// <summary>Which runs are finished, by name; the sentence stands where charts would otherwise leave out runs without a word.</summary>
    /// <returns>For example <c>acdc: 1 of 2 runs are finished. Not finished, and not shown: MbLS (m = 5).</c></returns>
    public override string ToString()
    {
        var all = Finished.Count + Missing.Count;
        return Missing.Count == 0
            ? $"{Dataset}: all {all} runs are finished."
            : $"{Dataset}: {Finished.Count} of {all} runs are finished. Not finished, and not shown: {string.Join(", ", Missing.Select(Name))}.";
    }

    /// <summary>The sentences of several data sets, and the command that makes the first missing run of each.</summary>
    /// <param name="sets">The data sets.</param>
    /// <returns>A table.</returns>
    public static Table Describe(IReadOnlyList<DatasetRuns> sets) => Table.FromRows(
        ["Data set", "State", "First missing run"],
        sets.Select(set => (IReadOnlyList<object?>)[set.Dataset, set.ToString(), set.Missing.Count == 0 ? "–" : set.Missing[0].Command]))
        .RowHeader("Data set");

    private string Name(RunConfiguration run)
    {
        var seeds = Finished.Select(other => other.Record.Configuration).Concat(Missing).Select(other => other.Seed).Distinct().Skip(1).Any();
        return MethodCatalog.Get(run.Method).DisplayName + (seeds ? $", seed {run.Seed}" : "");
    }
}
