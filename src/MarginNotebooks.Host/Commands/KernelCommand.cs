using System.CommandLine;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin kernel</c>: the C# kernel for Jupyter and VS Code.</summary>
public static class KernelCommand
{
    /// <summary>Describes the command.</summary>
    /// <returns>The command with its subcommands.</returns>
    public static Command Create() => new("kernel", "The C# kernel for VS Code, JupyterLab and other Jupyter clients.")
    {
        KernelInstallCommand.Create(),
        KernelUninstallCommand.Create(),
        KernelListCommand.Create(),
        KernelStartCommand.Create(),
    };

    /// <summary>The options that say where a kernel is installed.</summary>
    internal sealed record Place
    {
        private readonly Option<bool> _user = new("--user") { Description = "For the current user; this is the default." };

        private readonly Option<DirectoryInfo> _prefix = new("--prefix")
        {
            Description = "For an installation: below DIR/share/jupyter. /usr/local is every user's, a virtual environment its own.",
            HelpName = "DIR",
        };

        private readonly Option<string> _name = new("--name")
        {
            Description = "Name of the kernel.",
            HelpName = "NAME",
            DefaultValueFactory = _ => KernelSpec.DefaultName,
        };

        /// <summary>Adds them to a command.</summary>
        public Command AddTo(Command command)
        {
            command.Options.Add(_user);
            command.Options.Add(_prefix);
            command.Options.Add(_name);
            command.Validators.Add(result =>
            {
                if (result.GetValue(_user) && result.GetResult(_prefix) is not null)
                    result.AddError("--user and --prefix exclude each other.");
            });
            return command;
        }

        /// <summary>What was chosen.</summary>
        public (string Data, string Name) Of(ParseResult parsed) => (
            parsed.GetValue(_prefix) is { } prefix ? JupyterFolders.Below(prefix.FullName) : JupyterFolders.User,
            parsed.GetRequiredValue(_name));
    }
}
