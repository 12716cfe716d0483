using System.CommandLine;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin kernel uninstall</c>: takes back what <c>margin kernel install</c> did.</summary>
public static class KernelUninstallCommand
{
    /// <summary>Describes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var place = new KernelCommand.Place();
        var command = place.AddTo(new Command("uninstall", "Remove the kernel from Jupyter and VS Code."));
        command.SetAction(parsed =>
        {
            var (data, name) = place.Of(parsed);
            Console.WriteLine($"removed {KernelSpec.Uninstall(data, name)}");
            return ExitCodes.Success;
        });
        return command;
    }
}
