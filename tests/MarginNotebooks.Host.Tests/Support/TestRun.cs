using System.Text.Json.Nodes;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Formatting;
using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>Tests that run notebooks in this process take the console and the current directory: one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneRunAtATime
{
    public const string Name = "one run at a time";
}

/// <summary>A notebook that was run in this process, and what it left.</summary>
internal sealed class TestRun
{
    private TestRun(RunEnd end, NotebookDocument notebook, RecordingReporter heard) => (End, Notebook, Heard) = (end, notebook, heard);

    public RunEnd End { get; }

    public NotebookDocument Notebook { get; }

    public RecordingReporter Heard { get; }

    /// <summary>Outputs of the code cell with a number in brackets.</summary>
    public List<JsonObject> Outputs(int number) =>
        [.. Notebook.Cells.Single(cell => cell.ExecutionCount == number).Outputs.Select(output => output!.AsObject())];

    /// <summary>Text of the only output of a cell.</summary>
    public string Text(int number)
    {
        var output = Assert.Single(Outputs(number));
        return MultilineText.Read(output["text"] ?? output["data"]?["text/plain"]);
    }

    public static Task<TestRun> OfAsync(params string[] cells) => OfAsync([], [.. cells.Select(cell => TestNotebook.Code(cell))]);

    public static async Task<TestRun> OfAsync(Parameter[] parameters, JsonObject[] cells)
    {
        using var folder = new TemporaryFolder();
        return await InAsync(folder, parameters, cells);
    }

    public static Task<TestRun> InAsync(TemporaryFolder folder, Parameter[] parameters, params JsonObject[] cells) =>
        RunAsync(folder, parameters, stopAt: null, cells);

    /// <summary>A run that is asked to stop as soon as a cell writes a word.</summary>
    public static async Task<TestRun> StoppedAsync(string stopAt, params JsonObject[] cells)
    {
        using var folder = new TemporaryFolder();
        return await RunAsync(folder, [], stopAt, cells);
    }

    private static async Task<TestRun> RunAsync(TemporaryFolder folder, Parameter[] parameters, string? stopAt, JsonObject[] cells)
    {
        var path = TestNotebook.Write(folder, "in.ipynb", cells);
        using var stop = new CancellationTokenSource();
        var heard = new RecordingReporter(text =>
        {
            if (stopAt is not null && text.Contains(stopAt))
                stop.CancelAsync();
        });
        using var published = Runtime.RunCancellation.Use(stop.Token);
        var end = await new NotebookRunner(heard, stop.Token, CancellationToken.None)
            .RunAsync(new NotebookRun { Path = path, Parameters = parameters, Output = folder["out.ipynb"], Grace = TimeSpan.FromSeconds(1) });
        return new TestRun(end, NotebookDocument.Load(folder["out.ipynb"]), heard);
    }
}

internal sealed class RecordingReporter(Action<string>? wrote = null) : IRunReporter
{
    public List<string> Started { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> Updates { get; } = [];

    public string Written { get; private set; } = "";

    public void CellStarted(int number, int count, string source) => Started.Add($"{number}/{count}");

    public void CellEnded(int number, TimeSpan duration, CellError? error, bool expected)
    {
    }

    public void Wrote(string stream, string text)
    {
        Written += text;
        wrote?.Invoke(text);
    }

    public void Shown(MimeBundle bundle)
    {
    }

    public void Updated(MimeBundle bundle) => Updates.Add(bundle.Text);

    public void Note(string message) => Notes.Add(message);
}
