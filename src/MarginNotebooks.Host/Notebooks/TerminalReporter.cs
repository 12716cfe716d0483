using System.Diagnostics;
using System.Globalization;
using MarginNotebooks.Host.Notebooks.Formatting;
using MarginNotebooks.Host.Notebooks.Scripting;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>Follows a run in the terminal: output of the cells as it comes on standard output, everything about the run on standard error.</summary>
/// <remarks>A value that is updated again and again (a progress bar) takes one line: rewritten in place in a terminal, at most five times a
/// second; in a log file written anew at most every ten seconds.</remarks>
/// <param name="output">Standard output.</param>
/// <param name="messages">Standard error.</param>
/// <param name="interactive">Whether a person looks at the messages on a terminal.</param>
/// <param name="width">Columns of the terminal.</param>
public sealed class TerminalReporter(TextWriter output, TextWriter messages, bool interactive, int width) : IRunReporter
{
    private const int MaxShownLines = 40;
    // Always taken after the lock on Console.Out: on Unix every write to the terminal takes that one, and a cell that prints already holds it.
    private readonly Lock _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TimeSpan _pause = interactive ? TimeSpan.FromSeconds(0.2) : TimeSpan.FromSeconds(10);
    private TimeSpan? _lastUpdate;
    private string? _pending;
    private bool _lineIsLive;
    private bool _outputIsMidLine;

    /// <inheritdoc/>
    public void CellStarted(int number, int count, string source)
    {
        var first = source.Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.Length > 0 && !line.StartsWith("#r", StringComparison.Ordinal)) ?? "";
        Message($"[{number}/{count}] {Elapsed(_clock.Elapsed)}  {first}");
    }

    /// <inheritdoc/>
    public void CellEnded(int number, TimeSpan duration, CellError? error, bool expected)
    {
        lock (Console.Out)
            lock (_gate)
            {
                FlushPending();
                EndLiveLine();
                EndCellLine();
                if (error is null)
                    return;
                messages.WriteLine(expected ? $"(the cell is tagged to fail: {error.Name}: {error.Value})" : string.Join('\n', error.Traceback));
            }
    }

    /// <inheritdoc/>
    public void Wrote(string stream, string text)
    {
        lock (Console.Out)
            lock (_gate)
            {
                EndLiveLine();
                var writer = stream == "stderr" ? messages : output;
                writer.Write(text);
                writer.Flush();
                _outputIsMidLine = !text.EndsWith('\n');
            }
    }

    /// <inheritdoc/>
    public void Shown(MimeBundle bundle)
    {
        lock (Console.Out)
            lock (_gate)
            {
                EndLiveLine();
                EndCellLine();
                var lines = bundle.Text.TrimEnd().Split('\n');
                foreach (var line in lines.Take(MaxShownLines))
                    output.WriteLine(line);
                if (lines.Length > MaxShownLines)
                    output.WriteLine($"… {lines.Length - MaxShownLines} more lines");
                output.Flush();
            }
    }

    /// <inheritdoc/>
    public void Updated(MimeBundle bundle)
    {
        lock (Console.Out)
            lock (_gate)
            {
                _pending = bundle.Text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
                if (_lastUpdate is not { } last || _clock.Elapsed - last >= _pause)
                    FlushPending();
            }
    }

    /// <inheritdoc/>
    public void Note(string message) => Message($"note: {message}");

    private void Message(string line)
    {
        lock (Console.Out)
            lock (_gate)
            {
                EndLiveLine();
                EndCellLine();
                messages.WriteLine(Fitted(line));
            }
    }

    private void FlushPending()
    {
        if (_pending is null)
            return;
        EndCellLine();
        if (interactive)
        {
            messages.Write($"\r{Fitted(_pending)}\u001b[K");
            _lineIsLive = true;
        }
        else
            messages.WriteLine(_pending);
        _lastUpdate = _clock.Elapsed;
        _pending = null;
    }

    /// <summary>Leaves the line that is being rewritten before anything else is printed.</summary>
    private void EndLiveLine()
    {
        if (_lineIsLive)
            messages.WriteLine();
        _lineIsLive = false;
    }

    /// <summary>Ends a line that a cell left open.</summary>
    private void EndCellLine()
    {
        if (_outputIsMidLine)
            output.WriteLine();
        _outputIsMidLine = false;
    }

    private string Fitted(string line) => interactive && line.Length >= width && width > 1 ? line[..(width - 2)] + "…" : line;

    private static string Elapsed(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"mm\:ss", CultureInfo.InvariantCulture);
}
