using System.Diagnostics;
using System.Text.Json;
using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Rows;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Runs one row in a fresh process, and is that process.</summary>
internal static class RowProcess
{
    /// <summary>Starts this program again for one row and reads what it stored; null when it failed.</summary>
    public static RowResult? Run(Row row, RowContext context) => Start(row, [], context, ResultFolder.Read);

    /// <summary>Starts this program again for a part of a row.</summary>
    public static Dictionary<string, double[]> RunPart(Row row, string part, RowContext context) =>
        Start(row, ["--part", part], context, file => JsonSerializer.Deserialize<Dictionary<string, double[]>>(File.ReadAllText(file)))
        ?? throw new InvalidOperationException($"Part '{part}' of row '{row.Id}' failed; its process said why.");

    private static T? Start<T>(Row row, IEnumerable<string> more, RowContext context, Func<string, T?> read)
        where T : class
    {
        using var folder = new TemporaryFolder();
        var file = folder["result.json"];
        var start = context.Start(
            Environment.ProcessPath!,
            [
                .. Entry(), "--in-this-process", row.Id, "--threads", $"{context.Threads}", "--output", file, .. more,
                .. context.Quick ? ["--quick"] : Array.Empty<string>(),
            ]);
        foreach (var (name, value) in row.Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0 && File.Exists(file) ? read(file) : null;
    }

    /// <summary>Measures a row in this process and stores it.</summary>
    public static int Here(string id, string? part, RowContext context, string file)
    {
        var row = RowCatalog.All.First(row => row.Id == id);
        TorchRuntime.EnsureLoaded();
        TorchSharp.torch.set_num_threads(context.Threads);
        if (part is not null)
        {
            WholeFile.WriteText(file, JsonSerializer.Serialize(row.RunPart(part, context)));
            return 0;
        }
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
            Position = RowCatalog.Ids.ToList().IndexOf(row.Id),
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
