using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>What a critical-difference diagram shows: average ranks, and which methods cannot be told apart.</summary>
/// <remarks>
/// Two methods differ when their average ranks are at least <c>CD = q_α/√2 · sqrt(k(k+1)/(6n))</c> apart, q_α the critical value of the
/// studentised range; the quantity is computed, not looked up. A group is a run of neighbouring ranks whose ends are closer than CD, and
/// that no larger one holds. Source: Demšar, JMLR 7 (2006).
/// </remarks>
[Reference(ReferenceKind.Statistic, "critical-difference", "Critical difference of average ranks",
    Formula = "CD = q_α/√2 · sqrt(k(k+1)/(6n))", Source = "Demšar 2006, JMLR 7:1–30", Test = "CriticalDifferenceTests")]
public sealed class CriticalDifference
{
    private CriticalDifference(FriedmanTest friedman, double alpha)
    {
        (Friedman, Alpha) = (friedman, alpha);
        Value = StudentizedRange.Critical(alpha, friedman.Methods.Count) / Math.Sqrt(2) * friedman.RankError;
        Ranking =
        [
            .. friedman.Methods.Zip(friedman.AverageRanks).OrderBy(pair => pair.Second).ThenBy(pair => pair.First, StringComparer.Ordinal),
        ];
        Groups = [.. FindGroups()];
    }

    /// <summary>The test the ranks come from.</summary>
    public FriedmanTest Friedman { get; }

    /// <summary>Level, for example 0.05.</summary>
    public double Alpha { get; }

    /// <summary>The critical difference CD.</summary>
    public double Value { get; }

    /// <summary>Methods and their average ranks, best first.</summary>
    public IReadOnlyList<(string Method, double Rank)> Ranking { get; }

    /// <summary>Groups of two methods or more that do not differ, as first and last position in <see cref="Ranking"/>.</summary>
    public IReadOnlyList<(int First, int Last)> Groups { get; }

    /// <summary>Finds difference and groups.</summary>
    /// <param name="friedman">The ranks.</param>
    /// <param name="alpha">Level, between 0 and 1.</param>
    /// <returns>The data of the diagram.</returns>
    public static CriticalDifference Of(FriedmanTest friedman, double alpha = 0.05) => new(friedman, alpha);

    private IEnumerable<(int First, int Last)> FindGroups()
    {
        var reached = -1;
        for (var first = 0; first < Ranking.Count; first++)
        {
            var last = first;
            while (last + 1 < Ranking.Count && Ranking[last + 1].Rank - Ranking[first].Rank < Value)
                last++;
            if (last > first && last > reached)
                yield return (first, reached = last);
        }
    }
}
