using System.Globalization;
using MarginNotebooks.Display;

namespace MarginNotebooks.Studies;

/// <summary>A set of runs that belong together.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Runs">The runs, in the order of tables.</param>
public sealed record Study(string Name, IReadOnlyList<RunConfiguration> Runs)
{
    /// <summary>What the study shows, in a sentence.</summary>
    public string? Purpose { get; init; }

    /// <summary>At what scale it runs, and what the paper's is, for captions; null where nobody said.</summary>
    public string? Scale { get; init; }

    /// <summary>The study with some properties of every run changed.</summary>
    /// <param name="settings">Property and value, see <see cref="ConfigurationProperties"/>.</param>
    /// <returns>The changed study; runs that become equal are one run.</returns>
    /// <exception cref="ArgumentException">Unknown property, or a value that does not fit.</exception>
    public Study With(IEnumerable<(string Property, object? Value)> settings)
    {
        var changes = settings.ToList();
        return changes.Count == 0 ? this : this with
        {
            Runs = [.. Runs.Select(run => changes.Aggregate(run, (changed, part) => ConfigurationProperties.With(changed, part.Property, part.Value)).Validated()).Distinct()],
            Scale = $"{Scale}{(Scale is null ? "" : "; ")}with {string.Join(", ", changes.Select(part => $"{part.Property} = {ConfigurationProperties.Text(part.Value)}"))}",
        };
    }

    /// <summary>The finished runs, and when asked to, the missing ones as well.</summary>
    /// <param name="store">Where finished runs are, and where new ones go.</param>
    /// <param name="train">True trains what is missing; false leaves it out.</param>
    /// <param name="options">Where new runs work.</param>
    /// <returns>The runs that are there, in the study's order.</returns>
    /// <exception cref="FileNotFoundException">Nothing is finished and nothing may be trained; the message gives a command.</exception>
    public IReadOnlyList<RunResults> Collect(RunStore store, bool train, ExperimentOptions options)
    {
        if (!train && !Runs.Any(store.Contains))
            throw new FileNotFoundException($"No run of the study '{Name}' is in '{store.Root}'. Train them (train=true), or one of them with\n  {Runs[0].Command}");
        var collected = new List<RunResults>();
        // The data are read once for all runs that use them.
        var (data, dataOf) = (options.Data, (RunConfiguration?)null);
        foreach (var run in Runs.Where(run => train || store.Contains(run)))
        {
            if (options.Data is null && !store.Contains(run) && (dataOf is null || !StudyData.SameFor(dataOf, run)))
                (data, dataOf) = (StudyData.Open(run, options.DataFolder), run);
            collected.Add(Experiment.Run(run, options with { Store = store, Data = data }));
        }
        return collected;
    }

    /// <summary>How many seeds of each method are finished on each data set.</summary>
    /// <param name="store">Where finished runs are.</param>
    /// <returns>A row for each method, and for each network where there are several.</returns>
    public Table Overview(RunStore store)
    {
        string[] datasets = [.. Runs.Select(run => run.Dataset).Distinct()];
        var networks = Runs.Select(run => run.Backbone).Distinct().Skip(1).Any();
        var rows = Runs.GroupBy(run => (run.Method, run.Backbone)).Select(group => (IReadOnlyList<object?>)
        [
            Losses.MethodCatalog.Get(group.Key.Method).DisplayName + (networks ? $", {group.Key.Backbone}" : ""),
            .. datasets.Select(dataset => (object?)(group.Where(run => run.Dataset == dataset).ToList() is { Count: > 0 } there
                ? $"{there.Count(store.Contains)} of {there.Count}" : "–")),
        ]);
        return Table.FromRows(["Method", .. datasets], rows).RowHeader("Method").WithCaption(
            $"Study '{Name}'{(Scale is null ? "" : $", {Scale}")}: finished seeds. {Runs.Count(store.Contains)} of {Runs.Count} runs are finished.");
    }

    /// <summary>Which runs are finished, and the command that makes each.</summary>
    /// <param name="store">Where finished runs are.</param>
    /// <returns>A table.</returns>
    public Table Describe(RunStore store)
    {
        var finished = Runs.Count(store.Contains);
        return Table.FromRows(["Method", "Seed", "State", "Command"], Runs.Select(run => (IReadOnlyList<object?>)
        [
            Losses.MethodCatalog.Get(run.Method).DisplayName,
            run.Seed.ToString(CultureInfo.InvariantCulture),
            store.Contains(run) ? "finished" : "missing",
            run.Command,
        ])).RowHeader("Method").WithCaption($"Study '{Name}': {finished} of {Runs.Count} runs are finished.");
    }
}
