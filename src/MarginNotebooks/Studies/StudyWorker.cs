using System.Diagnostics;
using MarginNotebooks.Runtime;
using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>Goes through a study's runs one after the other, and leaves out what is finished, has failed, or is claimed by another process.</summary>
/// <remarks>Several workers, in as many processes, may go through the same study: each run is done by one of them.</remarks>
/// <param name="store">The folder of studies.</param>
/// <param name="options">Where runs work; store, folders, data and progress are set by the worker.</param>
/// <param name="events">Told about everything; null for nobody.</param>
public sealed class StudyWorker(StudyStore store, ExperimentOptions options, IProgress<StudyEvent>? events = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private StudyData? _data;
    private RunConfiguration? _dataOf;

    /// <summary>Works until every run is finished, has failed or is unavailable. Runs of other processes are waited for, and taken over when those end.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>True when every run is finished.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; called again, it goes on where it was.</exception>
    public bool Run(IReadOnlyList<RunConfiguration> runs)
    {
        var left = runs.ToList();
        var complete = true;
        while (left.Count > 0)
        {
            var before = left.Count;
            for (var i = 0; i < left.Count;)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                switch (Try(left[i]))
                {
                    case Outcome.Elsewhere:
                        i++;
                        continue;
                    case Outcome.Halted:
                        return false;
                    case Outcome.NotFinished:
                        complete = false;
                        break;
                }
                left.RemoveAt(i);
            }
            if (left.Count == before)
                options.Cancellation.WaitHandle.WaitOne(Pause);
        }
        return complete;
    }

    private enum Outcome
    {
        Finished,
        NotFinished,
        Elsewhere,
        Halted,
    }

    private Outcome Try(RunConfiguration run)
    {
        try
        {
            if (store.Results.Contains(run) && store.Damage(run) is null)
                return Outcome.Finished;
            if (store.FailureOf(run) is not null)
                return Outcome.NotFinished;
            using var claim = store.Claim(run);
            // While this worker waited for the claim, another may have finished the run or seen it fail.
            return claim is null ? Outcome.Elsewhere
                : store.FailureOf(run) is not null ? Outcome.NotFinished
                : store.Results.Contains(run) && !RepairNeeded(run) ? Outcome.Finished
                : Work(run);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            Tell(StudyEventKind.Halted, run, $"There is no space left: {e.Message} Make room and start the study again; it goes on where it was.");
            return Outcome.Halted;
        }
    }

    private bool RepairNeeded(RunConfiguration run)
    {
        if (store.Damage(run) is not { } damage)
            return false;
        Tell(StudyEventKind.Warning, run, $"{damage} The run's results are made anew, from its checkpoint where there is one.");
        File.Delete(store.PathOf(run, RunStore.RecordFile));
        return true;
    }

    private Outcome Work(RunConfiguration run)
    {
        StudyData data;
        try
        {
            data = DataOf(run);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            // The machine's state, not the run's: on another machine, or once they are prepared, the run can be made.
            Tell(StudyEventKind.Unavailable, run, e.Message);
            return Outcome.NotFinished;
        }
        catch (Exception e) when (IsRunsOwn(e))
        {
            return Failed(run, e);
        }
        Tell(StudyEventKind.Started, run);
        try
        {
            Experiment.Run(run, options with
            {
                Store = store.Results,
                RunsFolder = store.Root,
                Data = data,
                Progress = new Notes(this, run),
            });
        }
        catch (Exception e) when (IsRunsOwn(e))
        {
            return Failed(run, e);
        }
        store.EndProgress(run);
        Tell(StudyEventKind.Finished, run, epoch: run.Epochs, fraction: 1);
        return Outcome.Finished;
    }

    // Stopping, a full disk and a machine without libtorch say nothing about the run.
    private static bool IsRunsOwn(Exception error) =>
        error is not (OperationCanceledException or TorchUnavailableException or OutOfMemoryException) && !DiskFull.Is(error);

    private Outcome Failed(RunConfiguration run, Exception error)
    {
        store.RecordFailure(run, error.Message, error.GetType().Name, error.ToString());
        Tell(StudyEventKind.Failed, run, error.Message);
        return Outcome.NotFinished;
    }

    private StudyData DataOf(RunConfiguration run)
    {
        if (options.Data is { } given)
            return given;
        if (_data is null || _dataOf is null || !StudyData.SameFor(_dataOf, run))
            (_data, _dataOf) = (StudyData.Open(run, options.DataFolder), run);
        return _data;
    }

    private void Tell(StudyEventKind kind, RunConfiguration run, string? message = null, int epoch = 0, double fraction = 0, double? left = null) =>
        events?.Report(new StudyEvent(kind, run.Name, message, epoch, run.Epochs, fraction, left));

    /// <summary>Passes a training's progress on, and writes it down for other processes.</summary>
    private sealed class Notes(StudyWorker worker, RunConfiguration run) : IProgress<TrainingProgress>
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
        private readonly Stopwatch _sinceWritten = new();

        public void Report(TrainingProgress value)
        {
            if (value.Message is { } message)
            {
                worker.Tell(StudyEventKind.Warning, run, message);
                return;
            }
            var left = value.Remaining?.TotalSeconds;
            worker.Tell(StudyEventKind.Progress, run, epoch: value.Epoch, fraction: value.Fraction, left: left);
            if (_sinceWritten.IsRunning && _sinceWritten.Elapsed < Every)
                return;
            _sinceWritten.Restart();
            worker.WriteDown(run, new RunProgress(
                Environment.ProcessId, Environment.MachineName, DateTimeOffset.UtcNow, value.Epoch, value.Epochs, Math.Round(value.Fraction, 4), left));
        }
    }

    private void WriteDown(RunConfiguration run, RunProgress progress) => store.WriteProgress(run, progress);
}
