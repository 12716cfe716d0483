using System.CommandLine;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Host.Commands;

/// <summary>The frame of the command <c>margin</c>: parses, runs one command, and turns the way it ended into an exit status.</summary>
public static class CommandLine
{
    private const string Description =
        "Margin Notebooks: calibrated segmentation on .NET.\n"
        + "Exit status: 0 done, 1 the work failed, 2 wrong usage, 130 stopped by Ctrl-C after saving.";

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="arguments">Arguments of the process.</param>
    /// <param name="commands">The commands there are.</param>
    /// <returns>Exit status, see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> InvokeAsync(string[] arguments, params Command[] commands)
    {
        var root = new RootCommand(Description);
        foreach (var command in commands)
            root.Subcommands.Add(command);
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                Console.Error.WriteLine($"margin: {error.Message}");
            Console.Error.WriteLine($"Try '{CommandPath(parsed.CommandResult.Command, root)} --help'.");
            return ExitCodes.Usage;
        }
        using var interrupt = InterruptSignal.Listen();
        // Ctrl-C is ours: System.CommandLine would end the process after two seconds, before a checkpoint is written.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(configuration, interrupt.Stop);
        }
        catch (Exception exception)
        {
            return Report(exception, interrupt.Stop.IsCancellationRequested);
        }
    }

    private static int Report(Exception exception, bool interrupted)
    {
        if (interrupted && exception is OperationCanceledException)
        {
            Console.Error.WriteLine("margin: stopped.");
            return ExitCodes.Interrupted;
        }
        var explained = Explained(exception);
        Console.Error.WriteLine($"margin: {explained?.Message ?? exception.ToString()}");
        return explained is CommandException command ? command.ExitCode : ExitCodes.Failed;
    }

    /// <summary>The part of an exception chain whose message says all that the user needs; null when it is a fault in the program.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>The exception to show without its stack trace.</returns>
    internal static Exception? Explained(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is CommandException or TorchUnavailableException)
                return e;
            // TorchSharp's own report of a library that the kit has already found missing is a page long.
            if ((e is NotSupportedException or DllNotFoundException) && e.Source == "TorchSharp" && TorchRuntime.Failure is { } failure)
                return failure;
        }
        return exception is IOException or UnauthorizedAccessException or InvalidDataException ? exception : null;
    }

    private static string CommandPath(Command command, RootCommand root)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is not null && symbol != root; symbol = symbol.Parents.FirstOrDefault())
            names.Insert(0, symbol.Name);
        return string.Join(' ', names.Prepend("margin"));
    }
}
