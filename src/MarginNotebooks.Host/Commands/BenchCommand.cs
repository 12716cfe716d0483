using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Commands;

/// <summary><c>margin bench</c>: builds and runs the benchmarks of a clone, and with <c>--readme</c> renews the table of its README.</summary>
/// <remarks>The benchmarks are a program of their own, <c>tests/MarginNotebooks.Benchmarks</c>, which users who only train need not have.</remarks>
public static class BenchCommand
{
    private const string Project = "tests/MarginNotebooks.Benchmarks/MarginNotebooks.Benchmarks.csproj";

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var list = new Option<bool>("--list") { Description = "Name the rows and what each must reach; measure nothing." };
        var only = new Option<string?>("--only") { Description = "Measure these rows only: identifiers with commas between." };
        var quick = new Option<bool>("--quick") { Description = "Smoke test: every row at its smallest size, results in out/benchmarks-quick." };
        var threads = new Option<int?>("--threads") { Description = "Threads for the kit and for every program beside it; all cores by default." };
        var readme = new Option<bool>("--readme") { Description = "Then write the table of the README from the stored results." };
        var noRun = new Option<bool>("--no-run") { Description = "Measure nothing; with --readme, write the table from what is stored." };
        var output = new Option<string?>("--output") { Description = "Folder of the results; notebooks/results/benchmarks by default." };
        var command = new Command("bench", "Measure the kit's speed beside what people would use instead; needs a clone and the .NET SDK.")
        {
            list, only, quick, threads, readme, noRun, output,
        };
        // The command's own name is the first token; the benchmarks understand the others as they stand.
        command.SetAction(parsed => Run([.. parsed.Tokens.Skip(1).Select(token => token.Value)], InterruptSignal.Current));
        return command;
    }

    /// <summary>The folder of the clone that the current folder lies in.</summary>
    /// <param name="start">Where to start; the current folder when null.</param>
    /// <returns>The folder with <c>MarginNotebooks.sln</c> and the benchmarks.</returns>
    /// <exception cref="CommandException">There is none.</exception>
    internal static string FindRoot(string? start = null)
    {
        var root = Workspace.Find(start).Root;
        return File.Exists(Path.Combine(root, Project))
            ? root
            : throw new CommandException(
                $"'{root}' lies in no clone of the repository (no {Project} there or in the folders above): run 'margin bench' inside one.", ExitCodes.Usage);
    }

    private static int Run(IReadOnlyList<string> arguments, InterruptSignal interrupt)
    {
        var root = FindRoot();
        var project = Path.Combine(root, Project);
        if (Dotnet(["build", project, "-c", "Release", "-v", "quiet", "--nologo", "-clp:NoSummary"], interrupt) != 0)
            throw new CommandException($"'{Project}' does not build: see above.");
        var program = Path.Combine(Path.GetDirectoryName(project)!, "bin", "Release", "net10.0", "margin-benchmarks.dll");
        var code = Dotnet([program, .. arguments], interrupt);
        interrupt.Stop.ThrowIfCancellationRequested();
        return code;
    }

    // Each row is stored when it is done, so a program that is stopped loses only the row that it was measuring.
    private static int Dotnet(IEnumerable<string> arguments, InterruptSignal interrupt)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet");
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            using var stop = interrupt.Stop.Register(() => Stop(process));
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception error)
        {
            throw new CommandException(
                $"'{start.FileName}' cannot be started ({error.Message}): 'margin bench' builds the benchmarks, which takes the .NET 10 SDK (https://dotnet.microsoft.com/download).",
                ExitCodes.Failed, error);
        }
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }
}
