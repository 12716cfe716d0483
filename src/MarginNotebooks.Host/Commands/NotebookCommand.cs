using System.CommandLine;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin notebook</c>: executes notebooks and turns them into pages.</summary>
public static class NotebookCommand
{
    /// <summary>Describes the command.</summary>
    /// <returns>The command with its subcommands.</returns>
    public static Command Create() => new("notebook", "Run C# notebooks and turn them into web pages.")
    {
        NotebookRunCommand.Create(),
        NotebookHtmlCommand.Create(),
    };
}
