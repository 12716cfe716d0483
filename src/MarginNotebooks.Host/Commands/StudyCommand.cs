using System.CommandLine;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin study</c>: grids of runs that survive being killed, on one machine or on a cluster.</summary>
public static class StudyCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create() => new("study", "Run grids of data set × method × seed × any setting; tables of their results.")
    {
        StudyListCommand.Create(),
        StudyShowCommand.Create(),
        StudyRunCommand.Create(),
        StudyStatusCommand.Create(),
        StudyTableCommand.Create(),
        StudyShiftCommand.Create(),
        StudyCalibrateCommand.Create(),
        StudyCleanCommand.Create(),
        StudyExportCommand.Create(),
        StudySlurmCommand.Create(),
        StudyWorkCommand.Create(),
    };
}
