using System.Diagnostics;
using System.Globalization;

namespace MarginNotebooks.Display;

/// <summary>A progress bar that lives in one output: it replaces itself at most twice a second and always ends on its last state.</summary>
/// <remarks>
/// A state that comes too early waits for its turn; a newer one takes its place; the last one is shown at the latest half a second after
/// it came, or when the bar is disposed. Reports may come from any thread.
/// </remarks>
/// <example>
/// <code>
/// foreach (var volume in ProgressBar.Over(volumes, "evaluating")) { … }
///
/// using var bar = new ProgressBar("converting", files.Length);
/// foreach (var file in files) { Convert(file); bar.Advance(file.Name); }
/// </code>
/// </example>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed class ProgressBar : IRichOutput, IProgress<double>, IDisposable
{
    /// <summary>Shortest time between two updates: front ends lag behind faster ones.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly HashSet<ProgressBar> Waiting = [];

    private readonly Lock _gate = new();
    private readonly IDisplaySink _sink;
    private readonly Timer _timer;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly string _label;
    private readonly long? _total;
    private IDisplayHandle? _handle;
    private TimeSpan? _shownAt;
    private ProgressView _state;
    private long _done;
    private bool _pending;
    private bool _disposed;

    /// <summary>Shows a bar.</summary>
    /// <param name="label">What is going on, in a word or two.</param>
    /// <param name="total">How many steps there are; null while unknown.</param>
    /// <param name="sink">Where to show it; <see cref="DisplaySink.Current"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The total is negative.</exception>
    public ProgressBar(string label, long? total = null, IDisplaySink? sink = null)
        : this(sink, label, total)
    {
        Show(Describe(null));
    }

    private ProgressBar(IDisplaySink? sink, string label, long? total)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (total is { } steps)
            ArgumentOutOfRangeException.ThrowIfNegative(steps, nameof(total));
        (_sink, _label, _total) = (sink ?? DisplaySink.Current, label, total);
        _timer = new Timer(_ => Flush(), null, Timeout.Infinite, Timeout.Infinite);
        _state = new ProgressView(label, null, []);
    }

    /// <summary>Steps done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>The newest state, shown or waiting.</summary>
    // Without the gate: Console.WriteLine(bar) asks for it with the console locked, and the timer holds the gate while it shows.
    public ProgressView State => Volatile.Read(ref _state);

    /// <summary>A bar whose text the caller writes, for work that counts in its own way.</summary>
    /// <param name="first">The first state, shown at once.</param>
    /// <param name="sink">Where to show it; <see cref="DisplaySink.Current"/> when null.</param>
    /// <returns>A bar; report to it through <see cref="Show"/>.</returns>
    public static ProgressBar Of(ProgressView first, IDisplaySink? sink = null)
    {
        var bar = new ProgressBar(sink, first.Text, null);
        bar.Show(first);
        return bar;
    }

    /// <summary>Passes items through and shows how many have been.</summary>
    /// <typeparam name="T">Type of the items.</typeparam>
    /// <param name="items">The items; the bar knows the end when they are a collection.</param>
    /// <param name="label">What is done with them.</param>
    /// <returns>The same items. The bar ends with the loop, also when it is left early.</returns>
    public static IEnumerable<T> Over<T>(IEnumerable<T> items, string label)
    {
        using var bar = new ProgressBar(label, items.TryGetNonEnumeratedCount(out var count) ? count : null);
        foreach (var item in items)
        {
            yield return item;
            bar.Advance();
        }
    }

    /// <summary>Shows what is still waiting in any bar; a host calls it when a cell has ended.</summary>
    public static void FlushAll()
    {
        ProgressBar[] waiting;
        lock (Waiting)
            waiting = [.. Waiting];
        foreach (var bar in waiting)
            bar.Flush();
    }

    /// <summary>Counts steps that have been done.</summary>
    /// <param name="note">A word about the newest one; null for none.</param>
    /// <param name="steps">How many.</param>
    public void Advance(string? note = null, long steps = 1)
    {
        Interlocked.Add(ref _done, steps);
        // Counted and put into words in one go: otherwise an older state of another thread could come after a newer one.
        lock (_gate)
            Show(Describe(note));
    }

    /// <summary>Sets the part that is done, for work that has no steps.</summary>
    /// <param name="value">In [0, 1].</param>
    public void Report(double value) => Show(Describe(null, value));

    /// <summary>Replaces the state, now or as soon as the last update is old enough.</summary>
    /// <param name="state">The new state.</param>
    public void Show(ProgressView state)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _state = state;
            var due = _shownAt is { } shown ? shown + Interval - _clock.Elapsed : TimeSpan.Zero;
            if (due <= TimeSpan.Zero)
                Send();
            else if (!_pending)
            {
                _pending = true;
                lock (Waiting)
                    Waiting.Add(this);
                _timer.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Shows a waiting state at once.</summary>
    public void Flush()
    {
        lock (_gate)
            if (_pending)
                Send();
    }

    /// <summary>Shows the last state and ends the bar; later reports are ignored.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_pending)
                Send();
            _disposed = true;
            _timer.Dispose();
        }
    }

    /// <summary>The newest state as HTML.</summary>
    /// <returns>An HTML fragment.</returns>
    public string ToHtml() => State.ToHtml();

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => State.ToMimeBundle();

    /// <summary>The newest state as text.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() => State.ToString();

    /// <summary>Called with the gate held, so that states reach the display in their order.</summary>
    private void Send()
    {
        _pending = false;
        lock (Waiting)
            Waiting.Remove(this);
        _shownAt = _clock.Elapsed;
        if (_handle is null)
            _handle = _sink.Show(_state);
        else
            _handle.Update(_state);
    }

    private ProgressView Describe(string? note, double? part = null)
    {
        var (done, elapsed) = (Done, _clock.Elapsed);
        var fraction = part ?? (_total is { } total ? total == 0 ? 1 : Math.Min(1, (double)done / total) : null);
        List<string> words = [_label];
        if (fraction is { } known)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * known:0} %"));
        if (part is null)
            words.Add(_total is null ? $"{done}" : $"{done}/{_total}");
        var left = fraction is > 0 and < 1 ? $", {elapsed * ((1 / fraction.Value) - 1):h\\:mm\\:ss} left" : "";
        words.Add($"{elapsed:h\\:mm\\:ss}{left}");
        if (note is not null)
            words.Add(note);
        return new ProgressView(string.Join("  ", words), fraction, []);
    }
}
