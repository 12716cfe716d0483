using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Studies;

/// <summary>Methods compared by one score on the same patients: tests, ranks, and how stable they are.</summary>
/// <remarks>
/// A case's value is the mean over the method's seeds, so that tests speak about patients; how seeds differ is in <see cref="Seeds"/>. Tests
/// take patients as independent: several volumes of one patient enter as their mean.
/// </remarks>
/// <example><code>
/// var dice = Comparison.Of(runs, "dsc");
/// dice.Pairs();                 // Wilcoxon signed-rank tests with Holm's correction
/// dice.Diagram();               // critical-difference diagram
/// </code></example>
public sealed class Comparison
{
    private readonly IReadOnlyList<(string Key, string Name, IReadOnlyList<RunResults> Runs)> _methods;
    private readonly string _key;
    private readonly string _protocol;

    private Comparison(
        IReadOnlyList<(string Key, string Name, IReadOnlyList<RunResults> Runs)> methods, string key, string protocol, bool higherIsBetter)
    {
        (_methods, _key, _protocol) = (methods, key, protocol);
        Cases = ScoreMatrix.Of(
            key, higherIsBetter, [.. methods.Select(method => (method.Name, SeedSpread.PerCase(ValuesOf(method.Runs))))]);
        Patients = Cases.ByPatient();
    }

    /// <summary>A row for each case and a column for each method.</summary>
    public ScoreMatrix Cases { get; }

    /// <summary>A row for each patient and a column for each method: what the tests take.</summary>
    public ScoreMatrix Patients { get; }

    /// <summary>Compares the methods of finished runs.</summary>
    /// <param name="runs">Runs of one data set with two methods or more; several seeds of a method count as one.</param>
    /// <param name="key">Which score, for example <c>dsc</c> or <c>ece/all</c>.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <param name="higherIsBetter">Whether the highest value is the best; null where tables know it.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">The runs cannot be compared, none has the score, or it is not known which end is the
    /// better.</exception>
    public static Comparison Of(IReadOnlyList<RunResults> runs, string key, string protocol = "sound", bool? higherIsBetter = null)
    {
        var methods = ResultTables.ByMethod(runs);
        foreach (var method in methods)
            if (method.Runs.GroupBy(run => run.Record.Configuration.Seed).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new ArgumentException(
                    $"'{method.Name}' has {twice.Count()} runs with seed {twice.Key} "
                    + $"({string.Join(", ", twice.Select(run => run.Record.Configuration.Name))}): "
                    + "they differ in more than the seed, so choose the runs of one setting.", nameof(runs));
        foreach (var run in runs)
            if (!run.CasesOf(protocol).Any(row => row.Values.ContainsKey(key)))
                throw new ArgumentException(
                    $"Run '{run.Record.Configuration.Name}' has no score '{key}'; "
                    + $"it has {string.Join(", ", run.CasesOf(protocol)[0].Values.Keys)}.",
                    nameof(key));
        var higher = higherIsBetter ?? ResultTables.IsHigherBetter(key)
            ?? throw new ArgumentException($"Say whether a high '{key}' is good (higherIsBetter): tables do not know this score.", nameof(key));
        return new Comparison(methods, key, protocol, higher);
    }

    /// <summary>Signed-rank tests with Holm's correction.</summary>
    /// <param name="reference">Key of a method to test the others against; null for every pair.</param>
    /// <param name="options">How the tests are made; null for the default.</param>
    /// <returns>The pairs.</returns>
    public IReadOnlyList<MethodPair> Pairs(string? reference = null, SignedRankOptions? options = null) => reference is null
        ? PairwiseComparison.All(Patients, options)
        : PairwiseComparison.Against(Patients, NameOf(reference), options);

    /// <summary>Friedman's test over patients.</summary>
    /// <returns>The test.</returns>
    public FriedmanTest Friedman() => FriedmanTest.Of(Patients);

    /// <summary>Average ranks, critical difference and groups.</summary>
    /// <param name="alpha">Level.</param>
    /// <returns>The data of the diagram.</returns>
    public CriticalDifference CriticalDifference(double alpha = 0.05) => Statistics.CriticalDifference.Of(Friedman(), alpha);

    /// <summary>Ranks over resampled patients.</summary>
    /// <param name="aggregation">How methods are ranked over cases.</param>
    /// <param name="options">Resamples, level and seed.</param>
    /// <returns>The ranks.</returns>
    public RankStability Stability(RankAggregation aggregation = RankAggregation.MeanThenRank, BootstrapOptions? options = null) =>
        RankStability.Of(Cases, aggregation, options);

    /// <summary>Mean with interval over patients, and spread over seeds, of each method.</summary>
    /// <param name="options">How the intervals are computed.</param>
    /// <returns>A summary for each method, in the order of <see cref="ScoreMatrix.Methods"/>.</returns>
    public IReadOnlyList<SeedSpread> Seeds(BootstrapOptions? options = null) =>
        [.. _methods.Select(method => SeedSpread.Of(ValuesOf(method.Runs), Cases.Key, options))];

    /// <summary>Nemenyi's p-values of all pairs by their average ranks.</summary>
    /// <returns>A symmetric table in the order of <see cref="ScoreMatrix.Methods"/>.</returns>
    public double[,] Nemenyi() => PostHoc.Nemenyi(Friedman());

    /// <summary>Average ranks against those of one method, with Holm's correction.</summary>
    /// <param name="control">Key of the method, for example <c>ce</c>.</param>
    /// <returns>A comparison for each other method.</returns>
    public IReadOnlyList<ControlComparison> AgainstControl(string control) => PostHoc.AgainstControl(Friedman(), NameOf(control));

    /// <summary>The critical-difference diagram.</summary>
    /// <param name="alpha">Level.</param>
    /// <returns>The figure.</returns>
    public Figure Diagram(double alpha = 0.05) => CriticalDifferenceDiagram.Draw(
        CriticalDifference(alpha), $"Average ranks by {ResultTables.Heading(Cases.Key)}",
        $"{Patients.Complete().Cases.Count} patients of {_methods[0].Runs[0].Record.Configuration.Dataset}");

    private string NameOf(string method)
    {
        var names = _methods.Where(known => known.Key == method).Select(known => known.Name).ToArray();
        return names.Length switch
        {
            1 => names[0],
            0 => throw new ArgumentException(
                $"There is no run of '{method}' to compare with; there are {string.Join(", ", _methods.Select(known => known.Key))}."),
            _ => throw new ArgumentException($"'{method}' occurs as {string.Join(" and ", names)}: give runs of one precision only."),
        };
    }

    private List<IReadOnlyList<CaseValue>> ValuesOf(IReadOnlyList<RunResults> runs) =>
        [.. runs.Select(run => (IReadOnlyList<CaseValue>)[.. run.CasesOf(_protocol).Select(row => row.Score(_key))])];
}
