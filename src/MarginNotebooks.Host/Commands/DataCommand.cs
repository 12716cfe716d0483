using System.CommandLine;
using MarginNotebooks.Data;
using Spectre.Console;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin data</c>: what data sets there are, which are prepared, and whether they are still what they were.</summary>
public static class DataCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder of prepared data; MARGIN_DATA or data by default.", Recursive = true };
        var command = new Command("data", "List and verify data sets.") { data };

        var list = new Command("list", "List the known data sets and what is prepared of them.");
        list.SetAction(parsed => List(parsed.GetValue(data)));
        command.Subcommands.Add(list);

        var keys = new Argument<string[]>("DATASET")
        {
            Description = "Data sets to verify; all that are prepared by default.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var verify = new Command("verify", "Check prepared data against their manifests: checksums, shapes, labels, and a split that no patient crosses.") { keys };
        verify.SetAction(parsed => Verify(parsed.GetValue(keys) ?? [], parsed.GetValue(data)));
        command.Subcommands.Add(verify);
        return command;
    }

    private static int List(string? folder)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Minimal)
            .AddColumns("key", "data set", "classes", "train / valid / test", "state");
        foreach (var summary in DatasetSummary.List(folder))
        {
            table.AddRow(
                Markup.Escape(summary.Info.Key),
                Markup.Escape(summary.Info.Name),
                Markup.Escape(string.Join(", ", summary.Info.ClassNames.Skip(1))),
                summary.Parts.Count == 0 ? "" : string.Join(" / ", summary.Parts.Select(part => part.Cases)),
                Markup.Escape(summary.IsPrepared ? $"prepared in {summary.Root}" : summary.Remark ?? "not prepared"));
        }
        AnsiConsole.Write(table);
        return ExitCodes.Success;
    }

    private static int Verify(string[] keys, string? folder)
    {
        var wanted = keys.Length > 0
            ? keys.Select(key => Known(key, folder)).ToList()
            : DatasetSummary.List(folder).Where(summary => summary.IsPrepared || Directory.Exists(summary.Root)).Select(summary => summary.Info).ToList();
        if (wanted.Count == 0)
            throw new CommandException($"No data set is prepared in '{DataFolders.Prepared(folder)}': see data-scripts/README.md.");
        var problems = 0;
        foreach (var info in wanted)
        {
            var root = DataFolders.Prepared(info, folder);
            var found = DatasetVerifier.Verify(root, cancellation: InterruptSignal.Current.Stop);
            foreach (var problem in found)
                Console.WriteLine($"{info.Key}: {(problem.File.Length > 0 ? problem.File + ": " : "")}{problem.Message}");
            Console.WriteLine($"{info.Key}: {(found.Count == 0 ? "sound" : $"{found.Count} problems")} ({root})");
            problems += found.Count;
        }
        return problems == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static DatasetInfo Known(string key, string? folder) => DatasetCatalog.Find(key, folder)
        ?? throw new CommandException($"There is no data set '{key}'; known are {string.Join(", ", DatasetCatalog.All.Concat(DatasetCatalog.Own(folder)).Select(info => info.Key))}.", ExitCodes.Usage);
}
