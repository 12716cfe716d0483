using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The tables of a study's finished runs: one for each data set, setting and protocol, every caption with the scale and what is missing.</summary>
public static class StudyTables
{
    /// <summary>A table and the name of its file.</summary>
    /// <param name="Name">For example <c>main-phantom-sound</c>.</param>
    /// <param name="Table">The table.</param>
    public sealed record Named(string Name, Table Table);

    /// <summary>Makes the tables.</summary>
    /// <param name="study">The study.</param>
    /// <param name="runs">Its finished runs.</param>
    /// <returns>
    /// For each data set and each setting but method and seed: the scores of the methods under each protocol, their differences to
    /// cross-entropy where that is among them, and the runs one by one.
    /// </returns>
    public static IReadOnlyList<Named> Of(Study study, IReadOnlyList<RunResults> runs)
    {
        var tables = new List<Named>();
        // Methods and seeds are compared within one setting; another network or another number of epochs makes another table.
        var settings = study.Runs.GroupBy(Setting).ToList();
        foreach (var setting in settings)
        {
            var finished = runs.Where(run => Setting(run.Record.Configuration) == setting.Key).ToList();
            if (finished.Count == 0)
                continue;
            var name = NameOf(study, setting.Key, [.. settings.Select(other => other.Key)]);
            foreach (var protocol in EvaluationProtocol.Presets.Select(preset => preset.Name).Where(preset => finished.All(run => run.Cases.Any(row => row.Protocol == preset))))
                Add($"{name}-{protocol}", ResultTables.Compare(finished, protocol));
            if (finished.Select(run => run.Record.Configuration.Method).Distinct().Count() > 1 && finished.Any(run => run.Record.Configuration.Method == "ce"))
                Add($"{name}-differences", ResultTables.Differences(finished));
            Add($"{name}-runs", ResultTables.Runs(finished));

            void Add(string file, Table table)
            {
                var count = setting.Count();
                var state = finished.Count == count ? $"{count} runs" : $"only {finished.Count} of {count} runs are finished";
                tables.Add(new Named(file, table.WithCaption(
                    $"Study '{study.Name}'{(study.Scale is null ? "" : $", {study.Scale}")}; {state}. {table.Caption}")));
            }
        }
        return tables;
    }

    /// <summary>Writes tables as text, Markdown and CSV.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="folder">The folder; it is made when missing.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Save(IReadOnlyList<Named> tables, string folder)
    {
        var files = new List<string>();
        foreach (var (name, table) in tables)
        {
            foreach (var extension in new[] { "txt", "md", "csv" })
            {
                files.Add(Path.Combine(folder, $"{name}.{extension}"));
                table.Save(files[^1]);
            }
        }
        return files;
    }

    private static RunConfiguration Setting(RunConfiguration run) => run with { Method = "ce", Seed = 1 };

    private static string NameOf(Study study, RunConfiguration setting, IReadOnlyList<RunConfiguration> among)
    {
        var parts = ConfigurationProperties.Varying([.. among.Where(other => other.Dataset == setting.Dataset)])
            .Select(property => $"{property}-{ConfigurationProperties.Text(ConfigurationProperties.Get(setting, property))}");
        return string.Join('-', new[] { study.Name, setting.Dataset }.Concat(parts)).Replace(Path.DirectorySeparatorChar, '_');
    }
}
