using System.Diagnostics;
using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class ProgressBarTests
{
    [Fact]
    public void ThousandsOfStepsAreAFewUpdatesOfOneOutputAndTheLastIsShown()
    {
        var sink = new RecordingSink();
        var clock = Stopwatch.StartNew();
        using (var bar = new ProgressBar("reading", 5000, sink))
            for (var i = 0; i < 5000; i++)
                bar.Advance();
        var longest = 1 + (int)(clock.Elapsed / ProgressBar.Interval) + 1; // the end may come early

        Assert.Single(sink.Shown);
        Assert.InRange(sink.Updates.Count, 1, longest);
        Assert.Contains("5000/5000", sink.Last.Text);
        Assert.Equal(1, sink.Last.Fraction);
    }

    [Fact]
    public void AStateThatCameTooEarlyIsShownByItselfHalfASecondLater()
    {
        var sink = new RecordingSink();
        using var bar = new ProgressBar("work", 10, sink);
        bar.Advance("first");
        bar.Advance("second");
        Assert.Empty(sink.Updates);

        Assert.True(SpinWait.SpinUntil(() => sink.Updates.Count > 0, TimeSpan.FromSeconds(30)), "the waiting state was never shown");
        Assert.EndsWith("second", sink.Last.Text);
        Assert.True(sink.Gap >= ProgressBar.Interval * 0.9, $"updated after {sink.Gap.TotalMilliseconds} ms");
    }

    [Fact]
    public void AHostCanAskForWhatIsWaiting()
    {
        var sink = new RecordingSink();
        using var bar = new ProgressBar("work", 2, sink);
        bar.Advance();
        ProgressBar.FlushAll();
        ProgressBar.FlushAll();

        Assert.Single(sink.Updates);
        Assert.Contains("1/2", sink.Last.Text);
    }

    [Fact]
    public void ReportsFromManyThreadsAreAllCountedAndComeInOrder()
    {
        var sink = new RecordingSink();
        using (var bar = new ProgressBar("work", 4000, sink))
        {
            Parallel.For(0, 4000, _ => bar.Advance());
            Assert.Equal(4000, bar.Done);
        }

        Assert.Contains("4000/4000", sink.Last.Text);
        Assert.Equal(sink.States.Select(state => state.Fraction).Order(), sink.States.Select(state => state.Fraction));
    }

    [Fact]
    public void ItemsPassThroughAndALoopLeftEarlyEndsTheBar()
    {
        var sink = new RecordingSink();
        var before = DisplaySink.Current;
        try
        {
            DisplaySink.Current = sink;
            Assert.Equal([1, 2, 3], ProgressBar.Over([1, 2, 3], "all"));
            Assert.Contains("3/3", sink.Last.Text);
            foreach (var item in ProgressBar.Over([1, 2, 3], "some"))
                if (item == 3)
                    break;
            Assert.Contains("2/3", sink.Last.Text);
            Assert.Equal(2, sink.Shown.Count);
        }
        finally
        {
            DisplaySink.Current = before;
        }
    }

    [Fact]
    public void AnUnknownTotalAndAFractionAreShownAsSuch()
    {
        var sink = new RecordingSink();
        using var counting = new ProgressBar("counting", sink: sink);
        Assert.Null(sink.Last.Fraction);
        Assert.DoesNotContain("aria-valuenow", sink.Last.ToHtml());
        using var bar = new ProgressBar("converging", sink: sink);
        bar.Report(0.25);
        bar.Flush();
        Assert.Equal(0.25, sink.Last.Fraction);
        Assert.Equal("████░░░░░░  converging\nslowly", new ProgressView("converging", 0.4, ["slowly"]).ToString());
    }

    [Fact]
    public void HtmlIsReadAloudAsAProgressBarAndIsSafe()
    {
        var html = new ProgressView("CE <1> \"a\"", 0.5, ["mind & this"]).ToHtml();

        Assert.Contains("role=\"progressbar\" aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"50.0\"", html);
        Assert.Contains("aria-valuetext=\"CE &lt;1&gt; &quot;a&quot;\"", html);
        Assert.Contains("mind &amp; this", html);
        Assert.DoesNotContain("<script", html);
    }

    [Fact]
    public void NothingIsShownAfterTheEnd()
    {
        var sink = new RecordingSink();
        var bar = new ProgressBar("work", 3, sink);
        bar.Dispose();
        bar.Advance();
        bar.Flush();

        Assert.Empty(sink.Updates);
    }
}

/// <summary>Keeps what was shown.</summary>
internal sealed class RecordingSink : IDisplaySink, IDisplayHandle
{
    private readonly Lock _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<(ProgressView State, TimeSpan At, bool Update)> _all = [];

    public List<ProgressView> States => Read(_ => true);

    public List<ProgressView> Shown => Read(entry => !entry.Update);

    public List<ProgressView> Updates => Read(entry => entry.Update);

    public ProgressView Last => States[^1];

    /// <summary>Time between the last two.</summary>
    public TimeSpan Gap
    {
        get
        {
            lock (_gate)
                return _all[^1].At - _all[^2].At;
        }
    }

    public IDisplayHandle Show(object value)
    {
        Add(value, update: false);
        return this;
    }

    public void Update(object value) => Add(value, update: true);

    private void Add(object value, bool update)
    {
        lock (_gate)
            _all.Add(((ProgressView)value, _clock.Elapsed, update));
    }

    private List<ProgressView> Read(Func<(ProgressView State, TimeSpan At, bool Update), bool> wanted)
    {
        lock (_gate)
            return [.. _all.Where(wanted).Select(entry => entry.State)];
    }
}
