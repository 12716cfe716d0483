using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>How methods are ranked over several cases.</summary>
public enum RankAggregation
{
    /// <summary>The mean of the score is taken, then ranked.</summary>
    MeanThenRank,

    /// <summary>Methods are ranked in each case, the mean of the ranks is taken, then ranked.</summary>
    RankThenMean,
}

/// <summary>How stable a ranking is: the ranks that other patients of the same kind would have given.</summary>
/// <remarks>
/// Patients are drawn with replacement, all cases of a patient together, and the methods ranked anew. Methods that tie share the places they
/// take in equal parts. Source: Wiesenfarth et al., Methods and open-source toolkit for analyzing and visualizing challenge results,
/// Scientific Reports 11 (2021); here the patient is drawn, not the case.
/// </remarks>
[Reference(ReferenceKind.Statistic, "rank-stability", "Rank stability by bootstrap over patients",
    Formula = "share of resamples in which a method takes each rank; Kendall's τ-b to the full ranking",
    Source = "Wiesenfarth et al. 2021, doi 10.1038/s41598-021-82017-6", Test = "RankStabilityTests", Note = "The unit drawn is the patient.")]
public sealed class RankStability
{
    private RankStability(
        ScoreMatrix scores, double[] ranks, double[,] shares, (double Lower, double Upper)[] intervals, List<double> taus,
        BootstrapOptions options)
    {
        (Methods, Ranks, Shares, Intervals, Excluded) = (scores.Methods, ranks, shares, intervals, scores.Excluded);
        Resamples = options.Replicates;
        double[] defined = [.. taus.Where(tau => !double.IsNaN(tau))];
        MeanTau = defined.Length == 0 ? double.NaN : defined.Average();
        TauInterval = PatientBootstrap.Interval([.. defined], options);
    }

    /// <summary>Names of the methods.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Rank of each method on all cases; tied ones share the mean of their places.</summary>
    public IReadOnlyList<double> Ranks { get; }

    /// <summary>Share of the resamples in which method m took rank r + 1: <c>Shares[m, r]</c>; rows and columns add up to 1.</summary>
    public double[,] Shares { get; }

    /// <summary>Interval of each method's rank over the resamples.</summary>
    public IReadOnlyList<(double Lower, double Upper)> Intervals { get; }

    /// <summary>Mean of Kendall's τ-b between a resample's ranking and the full one; 1 for a ranking that never changes, NaN when all
    /// methods are tied.</summary>
    public double MeanTau { get; }

    /// <summary>Interval of Kendall's τ-b.</summary>
    public (double Lower, double Upper) TauInterval { get; }

    /// <summary>Number of resamples.</summary>
    public int Resamples { get; }

    /// <summary>Cases left out because a method has no value there.</summary>
    public int Excluded { get; }

    /// <summary>Share of the resamples in which a method was the best.</summary>
    /// <param name="method">Position of the method.</param>
    /// <returns>A probability.</returns>
    public double ProbabilityBest(int method) => Shares[method, 0];

    /// <summary>Resamples a matrix of scores.</summary>
    /// <param name="scores">The scores, a row a case; rows with NaN are left out and counted.</param>
    /// <param name="aggregation">How methods are ranked over cases.</param>
    /// <param name="options">Resamples, level and seed; null for 2000, 95 %, 1.</param>
    /// <returns>The ranks.</returns>
    /// <exception cref="ArgumentException">Fewer than two patients have a value for every method.</exception>
    public static RankStability Of(
        ScoreMatrix scores, RankAggregation aggregation = RankAggregation.MeanThenRank, BootstrapOptions? options = null)
    {
        options ??= BootstrapOptions.Default;
        var complete = scores.Complete();
        var k = complete.Methods.Count;
        // Sums over each patient's cases: of the values, or of their ranks. Rows are in the order of case names, groups in that of patients.
        var patients = Enumerable.Range(0, complete.Cases.Count).GroupBy(i => complete.Patients[i], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (Sums: Sums(group), Count: group.Count())).ToArray();
        if (patients.Length < 2)
            throw new ArgumentException(
                $"{patients.Length} patients have a '{scores.Key}' for every method; drawing among them needs two or more.", nameof(scores));
        var full = RankOf(Enumerable.Range(0, patients.Length));
        var (shares, drawnRanks, taus) = (new double[k, k], complete.Methods.Select(_ => new List<double>()).ToArray(), new List<double>());
        PatientBootstrap.Resample(patients.Length, options, drawn =>
        {
            var ranks = RankOf(drawn);
            for (var m = 0; m < k; m++)
            {
                drawnRanks[m].Add(ranks[m]);
                // t methods tied at mean rank r hold the places r − (t−1)/2 … r + (t−1)/2.
                var tied = ranks.Count(rank => rank == ranks[m]);
                var first = (int)Math.Round(ranks[m] - (tied - 1) / 2.0) - 1;
                for (var place = first; place < first + tied; place++)
                    shares[m, place] += 1.0 / tied / options.Replicates;
            }

            taus.Add(KendallTau.Of(ranks, full));
        });
        return new RankStability(
            complete, full, shares, Array.ConvertAll(drawnRanks, ranks => PatientBootstrap.Interval(ranks, options)), taus, options);

        double[] Sums(IEnumerable<int> cases)
        {
            var sums = new double[k];
            foreach (var i in cases)
            {
                var row = aggregation == RankAggregation.RankThenMean
                    ? Statistics.Ranks.BestFirst(complete.Values[i], complete.HigherIsBetter)
                    : complete.Values[i];
                for (var m = 0; m < k; m++)
                    sums[m] += row[m];
            }

            return sums;
        }

        double[] RankOf(IEnumerable<int> drawn)
        {
            var (sums, count) = (new double[k], 0);
            foreach (var p in drawn)
            {
                count += patients[p].Count;
                for (var m = 0; m < k; m++)
                    sums[m] += patients[p].Sums[m];
            }

            // Sums of equal numbers in another order differ in their last digits; a tie shall stay one.
            for (var m = 0; m < k; m++)
                sums[m] = double.IsFinite(sums[m]) ? Math.Round(sums[m] / count, 12) : sums[m];
            return Statistics.Ranks.BestFirst(sums, aggregation == RankAggregation.MeanThenRank && complete.HigherIsBetter);
        }
    }
}
