using System.Diagnostics;

namespace MarginNotebooks.Training;

/// <summary>Passes on at most two reports a second, and estimates the time left from the speed of this session.</summary>
internal sealed class ProgressThrottle(string runName, IProgress<TrainingProgress>? target)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan? lastReport;
    private double? startFraction;

    internal List<string> Warnings { get; } = [];

    internal TimeSpan Elapsed => clock.Elapsed;

    /// <summary>Whether a report would be passed on now; spares reading the loss back from the device otherwise.</summary>
    internal bool Due => target is not null && (lastReport is null || clock.Elapsed - lastReport >= Interval);

    internal void Warn(string message)
    {
        Warnings.Add(message);
        target?.Report(new TrainingProgress(
            runName, TrainingPhase.Training, 0, 1, 0, 1, double.NaN, null, clock.Elapsed, null, Message: message));
    }

    /// <summary>Notes where this session begins.</summary>
    internal void Begin(double fraction) => startFraction = fraction;

    internal void Report(
        TrainingPhase phase, int epoch, int epochs, int batch, int batches, double loss, double? best, EpochRecord? finished = null)
    {
        if (target is null) return;
        lastReport = clock.Elapsed;
        var report = new TrainingProgress(runName, phase, epoch, epochs, batch, batches, loss, best, clock.Elapsed, null, finished);
        var done = report.Fraction - (startFraction ?? 0);
        target.Report(done <= 0 ? report : report with { Remaining = clock.Elapsed * ((1 - report.Fraction) / done) });
    }
}
