using MarginNotebooks.Display;

namespace MarginNotebooks.Training;

/// <summary>Shows the progress of a run to a person, in a terminal or in a notebook.</summary>
public static class TrainingProgressReporter
{
    /// <summary>A bar in the notebook when a notebook host is at work, else lines in the terminal.</summary>
    /// <returns>A reporter for one run.</returns>
    public static IProgress<TrainingProgress> Auto() =>
        // The sink that nobody has replaced is nested in DisplaySink and writes to the terminal.
        DisplaySink.Current.GetType().DeclaringType == typeof(DisplaySink) ? Terminal() : Notebook();

    /// <summary>
    /// In a terminal one line that rewrites itself, with a lasting line for each epoch; in a file or pipe the lasting lines only.
    /// </summary>
    /// <param name="writer">Where to write; the console when null.</param>
    /// <param name="interactive">Whether lines can be rewritten; found out when null.</param>
    /// <returns>A reporter for one run.</returns>
    public static IProgress<TrainingProgress> Terminal(TextWriter? writer = null, bool? interactive = null)
        => new TerminalReporter(writer ?? Console.Out, interactive ?? (writer is null && !Console.IsOutputRedirected));

    /// <summary>A progress bar on display that replaces itself; another run reported to it gets another bar.</summary>
    /// <param name="sink">Where to show it; <see cref="DisplaySink.Current"/> when null.</param>
    /// <returns>A reporter for one run.</returns>
    public static IProgress<TrainingProgress> Notebook(IDisplaySink? sink = null) => new NotebookReporter(sink ?? DisplaySink.Current);

    private sealed class TerminalReporter(TextWriter writer, bool interactive) : IProgress<TrainingProgress>
    {
        private int width;

        public void Report(TrainingProgress value)
        {
            var lasting = value.Message
                ?? (value.Phase is TrainingPhase.EpochFinished or TrainingPhase.Completed ? value.ToString() : null);
            if (lasting is not null)
            {
                writer.WriteLine(interactive ? Rewritten(lasting) : lasting);
                width = 0;
            }
            else if (interactive)
            {
                writer.Write(Rewritten(value.ToString()));
            }
            writer.Flush();
        }

        // Spaces cover what is left of a longer line before.
        private string Rewritten(string line)
        {
            var text = "\r" + line.PadRight(width);
            width = line.Length;
            return text;
        }
    }

    private sealed class NotebookReporter(IDisplaySink sink) : IProgress<TrainingProgress>
    {
        private readonly List<string> messages = [];
        private ProgressBar? bar;
        private string? run;

        public void Report(TrainingProgress value)
        {
            // A second run shows a bar of its own, where it was started.
            if (run != value.RunName)
            {
                bar?.Dispose();
                (run, bar) = (value.RunName, null);
                messages.Clear();
            }
            if (value.Message is { } message) messages.Add(message);
            var state = new ProgressView(value.ToString(), value.Fraction, [.. messages]);
            if (bar is null) bar = ProgressBar.Of(state, sink);
            else bar.Show(state);
            if (value.Phase == TrainingPhase.Completed) bar.Flush();
        }
    }
}
