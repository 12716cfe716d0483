using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Studies;

/// <summary>Methods ranked over data sets and scores: in every block, one score on one data set, by their means over cases and seeds.</summary>
/// <remarks>
/// The sum of ranks, as challenges use it, and Friedman's test over the blocks. Blocks are few, and those of one data set share their
/// patients and networks, so that the test's p-value is too small by an amount nobody can tell: <see cref="Comparison"/>, which takes patients as
/// blocks, is the one to trust within a data set.
/// </remarks>
[Reference(ReferenceKind.Statistic, "sum-rank", "Sum of ranks over data sets and scores",
    Formula = "Σ over blocks of the rank of the method's mean, 1 the best, ties sharing their places",
    Source = "Friedman, JASA 32, 1937; Demšar, JMLR 7, 2006", Test = "OverallRankingTests",
    Note = "Blocks of one data set are not independent: the p-value is a description, no proof.")]
public sealed class OverallRanking
{
    private readonly ScoreMatrix _ranks;

    private OverallRanking(ScoreMatrix ranks, IReadOnlyList<string> datasets, IReadOnlyList<string> scores) => (_ranks, Datasets, Scores) = (ranks, datasets, scores);

    /// <summary>Keys of the data sets.</summary>
    public IReadOnlyList<string> Datasets { get; }

    /// <summary>Names of the scores.</summary>
    public IReadOnlyList<string> Scores { get; }

    /// <summary>Ranks: a row for each block, a column for each method.</summary>
    public ScoreMatrix Ranks => _ranks;

    /// <summary>Ranks the methods that every data set has.</summary>
    /// <param name="runs">Runs of one data set or several, one setting for each data set; seeds are averaged case by case.</param>
    /// <param name="scores">Which scores; null for DSC, HD95, ECE and CECE.</param>
    /// <param name="protocol">Name of the evaluation protocol.</param>
    /// <returns>The ranking.</returns>
    /// <exception cref="ArgumentException">Fewer than two methods are on every data set, or a score is unknown or not defined.</exception>
    public static OverallRanking Of(IReadOnlyList<RunResults> runs, IReadOnlyList<string>? scores = null, string protocol = "sound")
    {
        scores ??= ["dsc", "hd95", "ece", "cece"];
        var sets = runs.GroupBy(run => run.Record.Configuration.Dataset).Select(group => (group.Key, Methods: ResultTables.ByMethod([.. group]))).ToList();
        string[] methods = sets.Count == 0 ? [] : [.. sets[0].Methods.Select(method => method.Name).Where(name => sets.All(set => set.Methods.Any(method => method.Name == name)))];
        if (methods.Length < 2)
            throw new ArgumentException("A ranking needs two methods or more that are finished on every data set.", nameof(runs));
        var columns = methods.ToDictionary(name => name, _ => new List<CaseValue>());
        foreach (var (dataset, found) in sets)
        {
            foreach (var score in scores)
            {
                var higher = ResultTables.IsHigherBetter(score) ?? throw new ArgumentException($"It is not known whether a high '{score}' is good.", nameof(scores));
                double[] means = [.. methods.Select(name => ScoreSummary.Mean(ResultTables.MeanOverSeeds(found.First(method => method.Name == name).Runs, protocol, score), score).Mean)];
                if (Array.Exists(means, double.IsNaN))
                    throw new ArgumentException($"'{score}' is not defined for every method on {dataset}.", nameof(scores));
                var ranks = Statistics.Ranks.BestFirst(means, higher);
                for (var m = 0; m < methods.Length; m++)
                    columns[methods[m]].Add(new CaseValue(Block(dataset, score), Block(dataset, score), ranks[m]));
            }
        }
        return new OverallRanking(
            ScoreMatrix.Of("rank", higherIsBetter: false, [.. methods.Select(name => (name, (IReadOnlyList<CaseValue>)columns[name]))]), [.. sets.Select(set => set.Key)], scores);
    }

    /// <summary>Friedman's test over the blocks.</summary>
    /// <returns>The test.</returns>
    public FriedmanTest Friedman() => FriedmanTest.Of(_ranks);

    /// <summary>The critical-difference diagram over the blocks.</summary>
    /// <param name="alpha">Level.</param>
    /// <returns>The figure.</returns>
    public Figure Diagram(double alpha = 0.05) => CriticalDifferenceDiagram.Draw(
        CriticalDifference.Of(Friedman(), alpha), "Average ranks over data sets and scores",
        $"{_ranks.Cases.Count} blocks: {string.Join(", ", Scores.Select(ResultTables.Heading))} on {string.Join(" and ", Datasets)}");

    /// <summary>A row for each method, the lowest sum first: its rank in every block, their sum and mean; the caption holds the test.</summary>
    /// <returns>The table.</returns>
    public Table ToTable()
    {
        var friedman = Friedman();
        var blocks = Datasets.SelectMany(dataset => Scores.Select(score => (Key: Block(dataset, score), Heading: $"{dataset} {ResultTables.Heading(score)}"))).ToList();
        var places = blocks.ConvertAll(block => _ranks.Cases.ToList().IndexOf(block.Key));
        string[] columns = ["Method", .. blocks.Select(block => block.Heading), "Sum of ranks", "Average rank"];
        var rows = Enumerable.Range(0, _ranks.Methods.Count)
            .OrderBy(m => friedman.AverageRanks[m])
            .Select(m => (IReadOnlyList<object?>)
            [
                _ranks.Methods[m], .. places.Select(place => (object?)_ranks.Values[place][m]), friedman.AverageRanks[m] * friedman.Cases, friedman.AverageRanks[m],
            ]);
        return Table.FromRows(columns, rows).RowHeader("Method").Decimals(1, [.. columns[1..^1]]).Decimals(2, "Average rank").LowerIsBetter("Sum of ranks", "Average rank")
            .WithCaption(string.Create(CultureInfo.InvariantCulture,
                $"Ranks of means over cases and seeds, 1 the best. Friedman over {friedman.Cases} blocks, which are not independent: χ² = {friedman.ChiSquared:0.##}, p = {friedman.PValue:0.####}"));
    }

    private static string Block(string dataset, string score) => $"{dataset} {score}";
}
