using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks.Html;
using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Executes a notebook from top to bottom in this process and writes it down with its outputs, also when a cell fails.</summary>
/// <remarks>As in Jupyter, the current directory is the notebook's folder while it runs. Only one run at a time: console and current directory
/// belong to the whole process.</remarks>
/// <param name="reporter">Hears what happens.</param>
/// <param name="stop">The request to stop; running code sees it as <see cref="Runtime.RunCancellation.Token"/>.</param>
/// <param name="stopNow">The request not to wait for running code any longer.</param>
public sealed class NotebookRunner(IRunReporter reporter, CancellationToken stop, CancellationToken stopNow)
{
    private const string MayFailTag = "raises-exception";

    /// <summary>Runs a notebook.</summary>
    /// <param name="run">What to run and where its results go.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="InvalidDataException">The file is not a C# notebook, or a parameter does not fit; nothing was run or written.</exception>
    public async Task<RunEnd> RunAsync(NotebookRun run)
    {
        var path = Path.GetFullPath(run.Path);
        var (output, html) = (run.Output is null ? null : Path.GetFullPath(run.Output), run.Html is null ? null : Path.GetFullPath(run.Html));
        var notebook = NotebookDocument.Load(path);
        CheckLanguage(notebook, path);
        ParameterCell.Inject(notebook, run.Parameters);
        Forget(notebook);
        var folder = Path.GetDirectoryName(path)!;
        var before = Directory.GetCurrentDirectory();
        var end = RunEnd.Failed;
        try
        {
            Directory.SetCurrentDirectory(folder);
            end = await RunCellsAsync(notebook, folder, run.Grace);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            if (output is not null)
                notebook.Save(output);
            if (html is not null)
                NotebookPage.Save(notebook, html, folder, Path.GetFileNameWithoutExtension(path));
        }
        return end;
    }

    private static void CheckLanguage(NotebookDocument notebook, string path)
    {
        if (notebook.Language is { } language && !IsCSharp(language) && language != "polyglot-notebook")
            throw new InvalidDataException($"'{path}' is a notebook in {language}; margin runs C# notebooks only.");
    }

    private static bool IsCSharp(string language) => language.ToLowerInvariant() is "c#" or "csharp";

    private static void Forget(NotebookDocument notebook)
    {
        foreach (var cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            cell.Outputs.Clear();
            cell.ExecutionCount = null;
            cell.Metadata.Remove("execution");
        }
        notebook.Metadata["language_info"] ??= new JsonObject
        {
            ["name"] = "csharp",
            ["file_extension"] = ".cs",
            ["mimetype"] = "text/x-csharp",
            ["pygments_lexer"] = "csharp",
        };
    }

    private async Task<RunEnd> RunCellsAsync(NotebookDocument notebook, string folder, TimeSpan grace)
    {
        var cells = notebook.Cells.Where(cell => cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(cell.Source)).ToList();
        using var engine = new CellEngine(folder, new ReportedOutput(new CellOutputs(), reporter), reporter.Note);
        var done = new List<(NotebookCell Cell, CellOutputs Outputs)>();
        try
        {
            foreach (var (index, cell) in cells.Index())
            {
                if (stop.IsCancellationRequested)
                    return RunEnd.Interrupted;
                var outputs = new CellOutputs();
                done.Add((cell, outputs));
                if (await RunCellAsync(engine, cell, outputs, index + 1, cells.Count, grace) is { } end)
                    return end;
            }
            return RunEnd.Completed;
        }
        finally
        {
            foreach (var (cell, outputs) in done)
                outputs.StoreIn(cell.Outputs);
            SharedPlotly.KeepOnce(done.Select(item => item.Cell));
        }
    }

    private async Task<RunEnd?> RunCellAsync(CellEngine engine, NotebookCell cell, CellOutputs outputs, int number, int count, TimeSpan grace)
    {
        reporter.CellStarted(number, count, cell.Source);
        cell.ExecutionCount = number;
        var (started, clock) = (DateTime.UtcNow, Stopwatch.StartNew());
        var error = await ExecuteAsync(engine, cell, outputs, number, grace);
        cell.Metadata["execution"] = Timing(started, clock.Elapsed);
        var mayFail = cell.HasTag(MayFailTag);
        if (error is not null)
            outputs.Add(error.ToOutput());
        reporter.CellEnded(number, clock.Elapsed, error, mayFail);
        if (stop.IsCancellationRequested)
            return RunEnd.Interrupted;
        return error is null || mayFail ? null : RunEnd.Failed;
    }

    private async Task<CellError?> ExecuteAsync(CellEngine engine, NotebookCell cell, CellOutputs outputs, int number, TimeSpan grace)
    {
        if (cell.Language is { } language && !IsCSharp(language))
            return CellErrors.Directive(number, cell.Source, new CellProblem(1, $"this cell is written in {language}; margin runs C# only."));
        var running = engine.RunAsync(number, cell.Source, new ReportedOutput(outputs, reporter), stop);
        await Task.WhenAny(running, GraceIsOverAsync(running, grace));
        if (running.IsCompleted)
            return await running;
        const string reason = "stopped by the user; the cell did not end by itself";
        return new CellError("Interrupted", reason, Line: null, [$"Cell [{number}]: {reason}."]);
    }

    /// <summary>Ends when the user asked to stop and then either asked again or waited long enough.</summary>
    private async Task GraceIsOverAsync(Task running, TimeSpan grace)
    {
        var (stopped, now) = (SignalAsync(stop), SignalAsync(stopNow));
        if (await Task.WhenAny(stopped, running) == running)
            return;
        reporter.Note("stopping: the running cell may save its work; press Ctrl-C again to stop it at once");
        await Task.WhenAny(now, Task.Delay(grace, CancellationToken.None), running);
    }

    private static Task SignalAsync(CancellationToken token)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => signal.TrySetResult());
        return signal.Task;
    }

    /// <summary>Jupyter's own names for the moments of an execution.</summary>
    private static JsonObject Timing(DateTime started, TimeSpan duration)
    {
        var (from, to) = (Stamp(started), Stamp(started + duration));
        return new JsonObject
        {
            ["iopub.execute_input"] = from,
            ["iopub.status.busy"] = from,
            ["iopub.status.idle"] = to,
            ["shell.execute_reply"] = to,
        };
    }

    private static string Stamp(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
