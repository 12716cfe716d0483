using System.CommandLine;
using MarginNotebooks.Host.Kernel;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin kernel install</c>: tells Jupyter and VS Code of the kernel.</summary>
public static class KernelInstallCommand
{
    /// <summary>Describes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var place = new KernelCommand.Place();
        var mode = new Option<string>("--interrupt-mode")
        {
            Description = "How Jupyter interrupts a cell. The kernel understands both.",
            DefaultValueFactory = _ => "message",
        };
        mode.AcceptOnlyFromAmong("message", "signal");
        var command = place.AddTo(new Command("install", "Tell Jupyter and VS Code of this kernel. Run it again after the program has moved."));
        command.Options.Add(mode);
        command.SetAction(parsed =>
        {
            var (data, name) = place.Of(parsed);
            return Run(data, name, parsed.GetRequiredValue(mode));
        });
        return command;
    }

    private static int Run(string data, string name, string mode)
    {
        var spec = KernelSpec.Install(data, name, mode);
        Console.WriteLine($"installed {spec.Name} in {spec.Folder}");
        Console.WriteLine($"it starts {string.Join(' ', spec.Command)}");
        if (RunningProgram.IsBuildOutput)
            Console.WriteLine("note: that is the output of a build; keep the folder, or publish the program and install from there");
        return ExitCodes.Success;
    }
}
