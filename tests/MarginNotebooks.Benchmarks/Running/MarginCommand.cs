using System.Diagnostics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>The built command <c>margin</c>.</summary>
internal static class MarginCommand
{
    /// <summary>The program's file in the host's output folder.</summary>
    /// <exception cref="NotAvailableException">It is not built, or this is no clone.</exception>
    public static string File
    {
        get
        {
            var file = Path.Combine(
                Workspace.Find().Root, "src", "MarginNotebooks.Host", "bin", "Release", "net10.0", OperatingSystem.IsWindows() ? "margin.exe" : "margin");
            return System.IO.File.Exists(file) ? file : throw new NotAvailableException($"'{file}' is not built: dotnet build MarginNotebooks.sln -c Release.");
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Exit status, and what it printed on standard output.</returns>
    public static (int Code, string Output) Run(RowContext context, params string[] arguments)
    {
        var start = context.Start(File, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.Wait();
        return (process.ExitCode, output);
    }
}
