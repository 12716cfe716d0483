namespace MarginNotebooks.Studies;

/// <summary>How long a study will still take, from the runs of it that are finished or under way.</summary>
public sealed class StudyEstimate
{
    private readonly Dictionary<RunConfiguration, (double Seconds, double Runs)> _seen = [];

    /// <summary>Learns from a run, or from a part of one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="seconds">Seconds it took.</param>
    /// <param name="part">Part of the run that took them, in (0, 1].</param>
    public void Add(RunConfiguration run, double seconds, double part = 1)
    {
        if (!(part > 0) || !(seconds >= 0))
            return;
        var key = Kind(run);
        var (sum, runs) = _seen.GetValueOrDefault(key);
        _seen[key] = (sum + seconds, runs + part);
    }

    /// <summary>Seconds of one run; null when nothing is known.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The mean of its kind (everything equal but method and seed), else of all kinds.</returns>
    public double? Of(RunConfiguration run) => _seen.TryGetValue(Kind(run), out var known) ? known.Seconds / known.Runs
        : _seen.Count == 0 ? null
        : _seen.Values.Sum(value => value.Seconds) / _seen.Values.Sum(value => value.Runs);

    /// <summary>Seconds until runs are done; null when nothing is known.</summary>
    /// <param name="left">Runs and the part of each that is left, in [0, 1].</param>
    /// <param name="workers">Runs at a time.</param>
    /// <returns>The estimate.</returns>
    public double? Left(IReadOnlyList<(RunConfiguration Run, double Part)> left, int workers)
    {
        var seconds = left.Select(item => Of(item.Run) * item.Part).ToList();
        return seconds.Count == 0 ? 0 : seconds.Any(value => value is null) ? null : seconds.Sum() / Math.Min(workers, seconds.Count);
    }

    private static RunConfiguration Kind(RunConfiguration run) => run with { Method = "ce", Seed = 1 };
}
