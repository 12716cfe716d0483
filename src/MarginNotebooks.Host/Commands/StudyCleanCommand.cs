using System.CommandLine;
using System.Globalization;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study clean</c>: takes checkpoints away, never results.</summary>
public static class StudyCleanCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var weights = new Option<bool>("--weights") { Description = "Also the weights of finished runs: post-hoc calibration would need a new training." };
        var failed = new Option<bool>("--failed") { Description = "Also what failed runs left; they start afresh." };
        var orphaned = new Option<bool>("--orphaned") { Description = "Also unfinished runs that belong to no study that was run in this store." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only list what would go." };
        var command = new Command("clean", "Take away the checkpoints of finished runs, and on demand more; never results.");
        selection.AddTo(command);
        foreach (var option in new Option[] { weights, failed, orphaned, dryRun })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var targets = CleaningTargets.Checkpoints
                | (parsed.GetValue(weights) ? CleaningTargets.Weights : 0)
                | (parsed.GetValue(failed) ? CleaningTargets.Failed : 0)
                | (parsed.GetValue(orphaned) ? CleaningTargets.Orphaned : 0);
            var dry = parsed.GetValue(dryRun);
            var store = selection.Store(parsed);
            var items = StudyCleaning.Clean(store, selection.Study(parsed), targets, dry, parsed.GetValue(orphaned) ? store.Studies() : []);
            foreach (var item in items)
                Console.WriteLine($"{Path.GetRelativePath(store.Root, item.Path)}: {item.Reason}, {Megabytes(item.Bytes)}");
            Console.WriteLine($"{items.Count} files, {Megabytes(items.Sum(item => item.Bytes))}{(dry ? " would go" : " taken away")}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
