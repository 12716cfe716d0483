using System.Diagnostics;
using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Rows;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Runs one row in a fresh process, and is that process.</summary>
internal static class RowProcess
{
    /// <summary>Starts this program again for one row and reads what it stored.</summary>
    public static RowResult? Run(Row row, RowContext context)
    {
        var file = Path.Combine(Path.GetTempPath(), $"margin-benchmark-{Guid.NewGuid():N}.json");
        var start = context.Start(
            Environment.ProcessPath!,
            [.. Entry(), "--in-this-process", row.Id, "--threads", $"{context.Threads}", "--output", file, .. context.Quick ? ["--quick"] : Array.Empty<string>()]);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        try
        {
            return process.ExitCode == 0 && File.Exists(file) ? ResultFolder.Read(file) : null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Measures a row in this process and stores it.</summary>
    public static int Here(string id, RowContext context, string file)
    {
        var row = RowCatalog.All.First(row => row.Id == id);
        TorchRuntime.EnsureLoaded();
        TorchSharp.torch.set_num_threads(context.Threads);
        var clock = Stopwatch.StartNew();
        Outcome? outcome = null;
        string? reason = null;
        try
        {
            outcome = row.Run(context);
        }
        catch (NotAvailableException error)
        {
            reason = error.Message;
        }
        var result = new RowResult
        {
            Id = row.Id,
            Title = row.Title,
            Measures = row.Measures,
            Ours = outcome?.Ours,
            Competitor = outcome?.Competitor,
            Figure = outcome?.Figure,
            FigureUnit = row.FigureUnit,
            Required = row.Required,
            Fault = outcome?.Fault,
            Note = reason ?? outcome?.Note,
            Details = outcome?.Details ?? [],
            Facts = outcome?.Facts ?? new Dictionary<string, string>(),
            Precision = outcome?.Precision,
            Quick = context.Quick,
            Machine = ThisMachine.Describe(context.Threads),
            Versions = ThisMachine.Versions(outcome?.Versions),
            Commit = KitVersions.Commit,
            Date = DateTimeOffset.UtcNow,
            Command = $"margin bench --only {row.Id} --threads {context.Threads}{(context.Quick ? " --quick" : "")}",
            Seconds = clock.Elapsed.TotalSeconds,
        };
        if (result.Reached == false && result.Note is null)
            result = result with { Note = row.WhenShort };
        WholeFile.WriteText(file, ResultFolder.Write(result));
        return 0;
    }

    // Started through dotnet, the program is the first argument; as an executable it is the process itself.
    private static IEnumerable<string> Entry() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(RowProcess).Assembly.Location]
        : [];
}
