using System.Diagnostics;
using MarginNotebooks.Benchmarks.Report;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Something to time.</summary>
/// <param name="Name">Name of the sample.</param>
/// <param name="Measure">Runs it once and returns the milliseconds that count.</param>
public sealed record Contestant(string Name, Func<double> Measure)
{
    /// <summary>Times an action by the wall clock.</summary>
    public static Contestant Of(string name, Action action) => new(name, () => Milliseconds(action));

    /// <summary>Wall-clock milliseconds of an action.</summary>
    public static double Milliseconds(Action action)
    {
        var clock = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }
}

/// <summary>Times several things in turn, so that a slow moment of the machine hits all of them.</summary>
public static class InTurn
{
    /// <summary>Warms each up, then measures round by round, every second round in the opposite order.</summary>
    /// <param name="rounds">Measurements of each.</param>
    /// <param name="warmUps">Runs of each before, not counted: code is compiled, pools are filled, pages are mapped.</param>
    /// <param name="contestants">What to time.</param>
    /// <returns>A sample each, in milliseconds, in their order; values of one round have the same position.</returns>
    public static Sample[] Run(int rounds, int warmUps, params IReadOnlyList<Contestant> contestants)
    {
        foreach (var contestant in contestants)
            for (var i = 0; i < warmUps; i++)
                contestant.Measure();
        var values = contestants.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                var turn = round % 2 == 0 ? i : contestants.Count - 1 - i;
                values[turn][round] = contestants[turn].Measure();
            }
        }
        return [.. contestants.Select((contestant, i) => new Sample(contestant.Name, "ms", values[i]))];
    }
}
