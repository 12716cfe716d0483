using System.CommandLine;
using MarginNotebooks.Display;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study list</c>: the studies that have names.</summary>
public static class StudyListCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command("list", "The studies that have names.");
        command.SetAction(_ =>
        {
            Console.WriteLine(Table.FromRows(["Study", "Runs", "Quick", "Shows"], NamedStudies.All.Select(study => (IReadOnlyList<object?>)
            [
                study.Name,
                (double)NamedStudies.Get(study.Name).Runs.Count,
                NamedStudies.FixedNames.Contains(study.Name) ? null : (double)NamedStudies.Get(study.Name, StudyScale.Quick).Runs.Count,
                study.Purpose,
            ])).RowHeader("Study").Decimals(0, "Runs", "Quick")
                .WithCaption("Runs at full scale on all data sets, and at the quick scale on the phantom. Studies share the runs they have in common."));
            return ExitCodes.Success;
        });
        return command;
    }
}
