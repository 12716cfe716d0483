using System.Diagnostics;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>What became of one run in a <see cref="DerivedWorker"/>.</summary>
public enum DerivedState
{
    /// <summary>Computed and stored now.</summary>
    Computed,

    /// <summary>It was there: the same weights, and everything that is asked for.</summary>
    Present,

    /// <summary>The run itself is not finished.</summary>
    RunMissing,

    /// <summary>Another process is at work on it.</summary>
    Elsewhere,

    /// <summary>It failed; the note says why.</summary>
    Failed,
}

/// <summary>A run and what became of it.</summary>
/// <param name="Run">The run.</param>
/// <param name="State">What became of it.</param>
/// <param name="Note">The error of a failed one.</param>
/// <param name="Seconds">How long it took; null unless computed now.</param>
public sealed record DerivedOutcome(RunConfiguration Run, DerivedState State, string? Note = null, double? Seconds = null);

/// <summary>Goes through finished runs, computes what is not there yet, and stores each as soon as it is done.</summary>
/// <remarks>
/// Stopped or killed, the next call leaves out what is stored and begins the one at work anew. A failure is written down, and tried again by
/// the next call; the others go on. Several processes may go through the same runs.
/// </remarks>
/// <param name="runs">The finished runs.</param>
/// <param name="target">Where results go.</param>
/// <param name="options">Where weights and data are, and where to compute.</param>
public sealed class DerivedWorker(RunStore runs, DerivedStore target, ExperimentOptions options)
{
    private StudyData? _data;
    private RunConfiguration? _dataOf;

    /// <summary>Computes for each run.</summary>
    /// <param name="wanted">The runs.</param>
    /// <param name="computation">What to compute.</param>
    /// <param name="command">The command that repeats it for one run, for the record.</param>
    /// <param name="heard">Told what became of each run, as soon as that is known.</param>
    /// <param name="progress">Told what is done now.</param>
    /// <returns>What became of each run.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; called again, it goes on.</exception>
    public IReadOnlyList<DerivedOutcome> Run(
        IReadOnlyList<RunConfiguration> wanted, DerivedComputation computation, Func<RunConfiguration, DerivedComputation, string> command,
        Action<DerivedOutcome>? heard = null, IProgress<string>? progress = null)
    {
        var outcomes = new List<DerivedOutcome>();
        foreach (var run in wanted)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            outcomes.Add(One(run, computation, command, progress));
            heard?.Invoke(outcomes[^1]);
        }
        return outcomes;
    }

    private DerivedOutcome One(
        RunConfiguration run, DerivedComputation computation, Func<RunConfiguration, DerivedComputation, string> command, IProgress<string>? progress)
    {
        try
        {
            if (IsPresent(run, computation))
                return new DerivedOutcome(run, DerivedState.Present);
            if (!runs.Contains(run))
                return new DerivedOutcome(run, DerivedState.RunMissing);
            using var claim = target.Claim(computation.Kind, run);
            if (claim is null)
                return new DerivedOutcome(run, DerivedState.Elsewhere);
            // While this process waited for the claim, another may have finished it.
            return IsPresent(run, computation) ? new DerivedOutcome(run, DerivedState.Present) : Compute(run, computation, command, progress);
        }
        catch (Exception e) when (IsItsOwn(e))
        {
            target.RecordFailure(computation.Kind, run, command(run, computation), e);
            return new DerivedOutcome(run, DerivedState.Failed, e.Message);
        }
    }

    private bool IsPresent(RunConfiguration run, DerivedComputation computation) =>
        target.Find(computation.Kind, run) is { } record && !computation.Options.Except(record.Options).Any()
        // A result outlives weights that were cleaned away.
        && (WeightsOf(run) is not { } weights || record.WeightsSha256 == weights);

    private DerivedOutcome Compute(
        RunConfiguration run, DerivedComputation computation, Func<RunConfiguration, DerivedComputation, string> command, IProgress<string>? progress)
    {
        var data = DataOf(run);
        if (runs.Load(run).Record.DataChecksum is var trainedOn && trainedOn != data.Checksum)
            throw new InvalidDataException($"Run '{run.Name}' was trained on other data than these: their checksums are {trainedOn} and {data.Checksum}.");
        PeakMemory.Reset();
        var (started, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var device = Experiment.DeviceOf(options.Device);
        using var network = Experiment.LoadNetwork(run, data, options);
        var weights = WeightsOf(run)!;
        if (target.Find(computation.Kind, run) is { } stored && stored.WeightsSha256 == weights)
            computation = computation.Including(stored.Options);
        var (scores, notes) = computation.Compute(network, data, device, progress, options.Cancellation);
        target.Save(
            new DerivedRecord
            {
                Kind = computation.Kind,
                Configuration = run,
                Command = command(run, computation),
                Options = computation.Options,
                WeightsSha256 = weights,
                Started = started,
                Seconds = Math.Round(clock.Elapsed.TotalSeconds, 1),
                Device = device.type.ToString().ToLowerInvariant(),
                Environment = EnvironmentReport.Collect(),
                Commit = KitVersions.Commit,
                DataChecksum = data.Checksum,
                TestVolumes = data.Test.Count,
                PeakMemoryMegabytes = PeakMemory.Megabytes,
                Notes = notes,
            },
            scores);
        return new DerivedOutcome(run, DerivedState.Computed, Seconds: clock.Elapsed.TotalSeconds);
    }

    private string? WeightsOf(RunConfiguration run) =>
        Path.Combine(Experiment.RunFolder(run, options), "best.safetensors") is var path && File.Exists(path) ? InitialWeights.Sha256(path) : null;

    // Stopping, a full disk and a machine without libtorch say nothing about the run.
    private static bool IsItsOwn(Exception error) =>
        error is not (OperationCanceledException or TorchUnavailableException or OutOfMemoryException) && !DiskFull.Is(error);

    // One data set in memory at a time.
    private StudyData DataOf(RunConfiguration run)
    {
        if (options.Data is { } given)
            return given;
        if (_data is null || _dataOf is null || !StudyData.SameFor(_dataOf, run))
        {
            _data = null;
            (_data, _dataOf) = (StudyData.Open(run, options.DataFolder), run);
        }
        return _data;
    }
}
