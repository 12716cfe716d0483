using MarginNotebooks.Display;
using MarginNotebooks.Training;

namespace MarginNotebooks.Tests.Training;

public sealed class TrainingProgressReporterTests
{
    private static readonly EpochRecord Record = new(1, 1e-3, 0.25, new Dictionary<string, double>(), 0.3, 0.8125, 12);

    private static readonly TrainingProgress Running = new(
        "CE <1>", TrainingPhase.Training, 1, 4, 30, 60, 0.12345, 0.75, TimeSpan.FromSeconds(72), TimeSpan.FromSeconds(3700));

    private static readonly TrainingProgress Finished = Running with { Phase = TrainingPhase.EpochFinished, Finished = Record, Remaining = null };

    [Fact]
    public void TheLineSaysWhereHowWellAndHowLong()
    {
        Assert.Equal("CE <1>  epoch 2/4  batch 30/60  loss 0.1235  best IoU 0.750  0:01:12, 1:01:40 left", Running.ToString());
        Assert.Equal("CE <1>  epoch 2/4  done  loss 0.1235  IoU 0.813  best IoU 0.750  0:01:12", Finished.ToString());
        Assert.Equal((1 + 0.49) / 4, Running.Fraction, 1e-12);
    }

    [Fact]
    public void ATerminalLineRewritesItselfAndCoversALongerOne()
    {
        var writer = new StringWriter { NewLine = "\n" };
        var reporter = TrainingProgressReporter.Terminal(writer, interactive: true);
        reporter.Report(Running);
        reporter.Report(Finished);
        reporter.Report(Running with { Epoch = 2 });
        var lines = writer.ToString().Split('\r');
        var (first, second) = (Running.ToString(), Finished.ToString());
        Assert.Equal(["", first, second.PadRight(first.Length) + "\n", (Running with { Epoch = 2 }).ToString()], lines);
    }

    [Fact]
    public void AFileGetsOneLineAnEpochAndEveryMessage()
    {
        var writer = new StringWriter { NewLine = "\n" };
        var reporter = TrainingProgressReporter.Terminal(writer, interactive: false);
        reporter.Report(Running);
        reporter.Report(Running with { Message = "mind this" });
        reporter.Report(Finished);
        Assert.Equal($"mind this\n{Finished}\n", writer.ToString());
    }

    [Fact]
    public void ANotebookShowsOneBarThatIsReplacedAndIsSafeHtml()
    {
        var sink = new Sink();
        var reporter = TrainingProgressReporter.Notebook(sink);
        reporter.Report(Running with { Message = "a & b" });
        reporter.Report(Running);
        reporter.Report(Running with { Phase = TrainingPhase.Completed });
        Assert.Single(sink.Shown);
        var bar = Assert.IsType<ProgressView>(Assert.Single(sink.Updates)); // the state in between came too early, the last one at once
        var html = bar.ToMimeBundle()[0];
        Assert.Equal("text/html", html.Key);
        Assert.Contains("width:100.0%", html.Value);
        Assert.Contains("width:37.3%", Assert.IsType<ProgressView>(sink.Shown[0]).ToHtml());
        Assert.Contains("CE &lt;1&gt;", html.Value);
        Assert.Contains("a &amp; b", html.Value);
        Assert.DoesNotContain("<script", html.Value);
    }

    private sealed class Sink : IDisplaySink, IDisplayHandle
    {
        public List<object> Shown { get; } = [];

        public List<object> Updates { get; } = [];

        public IDisplayHandle Show(object value)
        {
            Shown.Add(value);
            return this;
        }

        public void Update(object value) => Updates.Add(value);
    }
}
