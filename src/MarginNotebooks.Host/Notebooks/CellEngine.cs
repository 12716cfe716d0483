using System.Diagnostics;
using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;
using MarginNotebooks.Host.Notebooks.Scripting;
using MarginNotebooks.Host.Pictures;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Runs cells and leads what they put out to where each cell's outputs go. The notebook runner and the kernel are built on it.</summary>
/// <remarks>While it lives, the console and the display of the program belong to it. What a cell started, also a thread that outlives it, puts
/// out to that cell; what nobody started, to the latest one.</remarks>
public sealed class CellEngine : IDisposable
{
    private const string Interrupted = "Interrupted";
    private const string Reason = "stopped by the user";
    private readonly AsyncLocal<ICellOutput?> _own = new();
    private readonly IDisplaySink _shownBefore = DisplaySink.Current;
    private readonly CapturedConsole _console;
    private readonly ScriptSession _session;
    private readonly PictureNotice _pictures;
    private volatile ICellOutput _latest;

    /// <summary>Takes console and display.</summary>
    /// <param name="folder">Folder of the notebook.</param>
    /// <param name="between">Takes what is put out before the first cell.</param>
    /// <param name="note">Takes remarks meant for the user.</param>
    /// <param name="input">What code reads from the console; null for nothing.</param>
    public CellEngine(string folder, ICellOutput between, Action<string> note, TextReader? input = null)
    {
        _latest = between;
        _session = new ScriptSession(folder, note);
        _console = new CapturedConsole((stream, text) => Current.Write(stream, text), input);
        _pictures = new PictureNotice(note);
        DisplaySink.Current = new NotebookDisplay(() => Current, _pictures);
        PlaywrightCamera.Install();
    }

    /// <summary>Where outputs of the calling code go.</summary>
    public ICellOutput Current => _own.Value ?? _latest;

    /// <summary>The code that has run so far.</summary>
    public ScriptSession Session => _session;

    /// <summary>Runs a cell and puts out its value; its error is left to the caller.</summary>
    /// <param name="number">Number of the cell.</param>
    /// <param name="source">Its text.</param>
    /// <param name="output">Takes its outputs.</param>
    /// <param name="stop">The request to stop, which the code sees as <see cref="Runtime.RunCancellation.Token"/>.</param>
    /// <returns>What went wrong; null when nothing did. The task itself does not fail.</returns>
    public async Task<CellError?> RunAsync(int number, string source, ICellOutput output, CancellationToken stop)
    {
        var (value, error) = await FormatAsync(number, source, output, stop);
        if (value is not null)
            output.Result(value, number);
        return error;
    }

    /// <summary>Runs code and returns the forms of its value without showing them.</summary>
    /// <param name="number">Number of the cell.</param>
    /// <param name="source">Its text.</param>
    /// <param name="output">Takes what it prints and shows.</param>
    /// <param name="stop">The request to stop.</param>
    /// <returns>The value, null when it has none; what went wrong. The task itself does not fail.</returns>
    public async Task<(MimeBundle? Value, CellError? Error)> FormatAsync(int number, string source, ICellOutput output, CancellationToken stop)
    {
        _own.Value = _latest = output;
        if (stop.IsCancellationRequested)
            return (null, new CellError(Interrupted, Reason, Line: null, [$"Cell [{number}]: {Reason} before it started."]));
        var clock = Stopwatch.StartNew();
        var result = await _session.RunAsync(number, source, stop, () => _own.Value = output);
        ProgressBar.FlushAll();
        if (result.Timed)
            output.Write("stdout", $"Wall time: {Readable(clock.Elapsed)}\n");
        if (result.Error is { Exception: OperationCanceledException } && stop.IsCancellationRequested)
            return (null, result.Error with { Name = Interrupted, Value = Reason });
        if (result.Error is not null || result.Value is null)
            return (null, result.Error);
        try
        {
            return (_pictures.Check(ValueFormatter.Format(result.Value)), null);
        }
        catch (Exception e)
        {
            return (null, CellErrors.Runtime(number, source, e));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DisplaySink.Current = _shownBefore;
        _console.Dispose();
        _session.Dispose();
    }

    private static string Readable(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s");
}
