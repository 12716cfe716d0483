using System.CommandLine;
using MarginNotebooks.Display;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study show</c>: the runs of a study, and the command that makes each alone.</summary>
public static class StudyShowCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var selection = new StudySelection();
        var write = new Option<string?>("--write") { Description = "Write the study to this JSON file, run by run, as a start for one of your own." };
        var command = new Command("show", "The runs of a study, and the command that makes each alone.");
        selection.AddTo(command);
        command.Options.Add(write);
        command.SetAction(parsed =>
        {
            var study = selection.Study(parsed);
            Console.WriteLine($"{study.Name}: {study.Purpose ?? "no purpose given"}");
            Console.WriteLine($"{study.Runs.Count} runs{(study.Scale is null ? "" : $", {study.Scale}")}");
            Console.WriteLine(Table.FromRows(["Run", "Command"], study.Runs.Select(run => (IReadOnlyList<object?>)[$"{run.Dataset}/{run.Name}", run.Command])).RowHeader("Run"));
            if (parsed.GetValue(write) is { } path)
            {
                StudyFile.Write(path, study);
                Console.WriteLine($"Written to {Path.GetFullPath(path)}");
            }
            return ExitCodes.Success;
        });
        return command;
    }
}
