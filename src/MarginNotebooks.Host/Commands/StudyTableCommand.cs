using System.CommandLine;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study table</c>: the tables of a study's finished runs.</summary>
public static class StudyTableCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var output = OutputOption();
        var command = new Command("table", "Tables of the finished runs, with intervals from resampling patients: to the terminal, and as text, Markdown and CSV.");
        selection.AddTo(command);
        command.Options.Add(output);
        command.SetAction(parsed => Make(selection.Study(parsed), selection.Store(parsed), parsed.GetValue(output)));
        return command;
    }

    /// <summary>The option that names the folder of tables.</summary>
    internal static Option<string?> OutputOption() =>
        new("--output", "-o") { Description = "Folder that receives the tables; _tables/STUDY in the store by default." };

    /// <summary>Makes the tables, prints the main ones and writes all.</summary>
    /// <returns>Success when every run of the study is in them.</returns>
    internal static int Make(Study study, StudyStore store, string? output)
    {
        var runs = new List<RunResults>();
        foreach (var run in study.Runs.Where(store.Results.Contains))
        {
            if (store.Damage(run) is { } damage)
                Console.Error.WriteLine($"margin: left out: {damage}");
            else
                runs.Add(store.Results.Load(run));
        }
        if (runs.Count == 0)
            throw new CommandException($"No run of the study '{study.Name}' is finished in '{store.Root}': margin study run makes them.");
        var tables = StudyTables.Of(study, runs);
        foreach (var (name, table) in tables.Where(item => !item.Name.EndsWith("-runs", StringComparison.Ordinal)))
            Console.WriteLine($"{name}\n{table}\n");
        var folder = Path.GetFullPath(output ?? Path.Combine(store.Root, "_tables", study.Name));
        StudyTables.Save(tables, folder);
        Console.WriteLine($"{tables.Count} tables of {runs.Count} runs, as text, Markdown and CSV, in {folder}");
        if (runs.Count == study.Runs.Count)
            return ExitCodes.Success;
        Console.Error.WriteLine($"margin: {study.Runs.Count - runs.Count} of {study.Runs.Count} runs are not in these tables: see margin study status.");
        return ExitCodes.Failed;
    }
}
