using System.CommandLine;
using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study status</c>: which runs are finished, at work, failed or damaged.</summary>
public static class StudyStatusCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var command = new Command("status", "Which runs are finished, at work, failed or damaged. Exit status 0 when all are finished, else 1.");
        selection.AddTo(command);
        command.SetAction(parsed =>
        {
            var study = selection.Study(parsed);
            var store = selection.Store(parsed);
            var runs = study.Runs.Select(store.StatusOf).ToList();
            Console.WriteLine(Table.FromRows(["Run", "State", "Progress", "Note"], runs.Select(run => (IReadOnlyList<object?>)
            [
                $"{run.Configuration.Dataset}/{run.Configuration.Name}", run.State.ToString().ToLowerInvariant(), Progress(run), run.Note ?? "",
            ])).RowHeader("Run"));
            Console.WriteLine($"{study.Name}: " + string.Join(", ", runs.GroupBy(run => run.State).OrderByDescending(group => group.Key)
                .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}")) + $"; store {store.Root}");
            return runs.All(run => run.State == RunState.Finished) ? ExitCodes.Success : ExitCodes.Failed;
        });
        return command;
    }

    private static string Progress(RunStatus run) => run.State == RunState.Finished || run.Progress is not { } progress
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{progress.Fraction:P0}, epoch {progress.Epoch + 1} of {progress.Epochs}")
            + (run.State == RunState.Running && progress.SecondsLeft is { } left ? $", {TimeSpan.FromSeconds(left):d\\.hh\\:mm\\:ss} left".Replace(" 0.", " ", StringComparison.Ordinal) : "");
}
