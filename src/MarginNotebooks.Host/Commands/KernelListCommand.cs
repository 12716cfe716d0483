using System.CommandLine;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin kernel list</c>: where the kernel is installed.</summary>
public static class KernelListCommand
{
    /// <summary>Describes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var command = new Command("list", "Show where this kernel is installed, and what it starts.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var specs = KernelSpec.List();
        foreach (var spec in specs)
        {
            Console.WriteLine($"{spec.Name}  {spec.Folder}");
            Console.WriteLine($"  starts {string.Join(' ', spec.Command)}");
            if (!spec.CommandExists)
                Console.WriteLine("  -> that program is gone: run 'margin kernel install' where it is now, or 'margin kernel uninstall'");
        }
        if (specs.Count == 0)
            Console.Error.WriteLine("the kernel is not installed: run 'margin kernel install'");
        return ExitCodes.Success;
    }
}
