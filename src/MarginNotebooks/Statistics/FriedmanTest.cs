using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>Friedman's test: do the methods' ranks differ more over the cases than chance would have it?</summary>
/// <remarks>
/// Methods are ranked within each case, best first, ties sharing their places. With average ranks R_j of k methods over n cases,
/// <c>χ² = 12n/(k(k+1))·Σ(R_j − (k+1)/2)² / (1 − Σ(t³ − t)/(n(k³ − k)))</c> on k − 1 degrees of freedom, and Iman and Davenport's
/// <c>F = (n − 1)χ² / (n(k − 1) − χ²)</c> on k − 1 and (k − 1)(n − 1), which is less conservative. Sources: Friedman, JASA 32 (1937); Iman
/// &amp; Davenport, Communications in Statistics A9 (1980); Demšar, JMLR 7 (2006).
/// </remarks>
[Reference(ReferenceKind.Statistic, "friedman", "Friedman test", Formula = "χ² = 12n/(k(k+1)) Σ(R_j − (k+1)/2)² / tie correction",
    Source = "Friedman 1937, doi 10.1080/01621459.1937.10503522", Test = "FriedmanTestTests")]
[Reference(ReferenceKind.Statistic, "iman-davenport", "Iman–Davenport test", Formula = "F = (n − 1)χ² / (n(k − 1) − χ²)",
    Source = "Iman & Davenport 1980, doi 10.1080/03610928008827904", Test = "FriedmanTestTests")]
public sealed class FriedmanTest
{
    private FriedmanTest(ScoreMatrix scores, double[] averageRanks, double tieCorrection)
    {
        Methods = scores.Methods;
        (Cases, Excluded, AverageRanks) = (scores.Cases.Count, scores.Excluded, averageRanks);
        double n = Cases, k = Methods.Count;
        // All ranks tied: no case tells the methods apart.
        ChiSquared = tieCorrection > 0
            ? 12 * n / (k * (k + 1)) * averageRanks.Sum(rank => Math.Pow(rank - (k + 1) / 2, 2)) / tieCorrection
            : 0;
        PValue = Tails.ChiSquared(ChiSquared, k - 1);
        var rest = n * (k - 1) - ChiSquared;
        // The same order in every case leaves no rest.
        F = rest > 1e-9 * n * (k - 1) ? (n - 1) * ChiSquared / rest : double.PositiveInfinity;
        FPValue = n > 1 ? Tails.F(F, k - 1, (k - 1) * (n - 1)) : double.NaN;
    }

    /// <summary>Names of the methods.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>Cases n that were ranked.</summary>
    public int Cases { get; }

    /// <summary>Cases left out because a method has no value there.</summary>
    public int Excluded { get; }

    /// <summary>Mean rank of each method, 1 for a method that is best everywhere.</summary>
    public IReadOnlyList<double> AverageRanks { get; }

    /// <summary>Friedman's statistic, corrected for ties; 0 when every case is tied throughout.</summary>
    public double ChiSquared { get; }

    /// <summary>Its p-value by the χ² distribution.</summary>
    public double PValue { get; }

    /// <summary>Iman and Davenport's statistic; infinite when all cases rank alike.</summary>
    public double F { get; }

    /// <summary>Its p-value by the F distribution; NaN for a single case.</summary>
    public double FPValue { get; }

    /// <summary>Standard error <c>sqrt(k(k+1)/(6n))</c> of a difference of average ranks, as the post-hoc tests take it.</summary>
    public double RankError => Math.Sqrt(Methods.Count * (Methods.Count + 1) / (6.0 * Cases));

    /// <summary>Tests a matrix of scores.</summary>
    /// <param name="scores">The scores; rows must be independent (<see cref="ScoreMatrix.ByPatient"/>). Rows with NaN are left out and
    /// counted.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">No case has a value for every method.</exception>
    public static FriedmanTest Of(ScoreMatrix scores)
    {
        var complete = scores.Complete();
        if (complete.Cases.Count == 0)
            throw new ArgumentException($"No case has a '{scores.Key}' for every method: there is nothing to rank.", nameof(scores));
        double n = complete.Cases.Count, k = complete.Methods.Count;
        var sums = new double[complete.Methods.Count];
        double ties = 0;
        foreach (var row in complete.Values)
        {
            var ranks = Ranks.BestFirst(row, complete.HigherIsBetter);
            for (var m = 0; m < sums.Length; m++)
                sums[m] += ranks[m];
            ties += Ranks.TieTerm(row);
        }

        return new FriedmanTest(complete, [.. sums.Select(sum => sum / n)], 1 - ties / (n * (k * k * k - k)));
    }
}
