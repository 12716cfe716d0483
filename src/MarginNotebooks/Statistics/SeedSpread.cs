using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Statistics;

/// <summary>A method's score over several seeds, with what the patients and what the seeds make of it kept apart.</summary>
/// <param name="Estimate">The mean over seeds of each case, then over cases, with its interval over patients: what other patients would
/// give, for these networks.</param>
/// <param name="SeedMeans">Mean over the cases of each seed, in the order of the seeds.</param>
public sealed record SeedSpread(ScoreEstimate Estimate, IReadOnlyList<double> SeedMeans)
{
    /// <summary>Number of seeds.</summary>
    public int Seeds => SeedMeans.Count;

    /// <summary>Mean of the seeds' means. It equals the estimate's mean when every case has a value for every seed.</summary>
    public double MeanOverSeeds => SeedMeans.Average();

    /// <summary>Standard deviation of the seeds' means (with n − 1): what training again would change; NaN with one seed.</summary>
    public double DeviationOverSeeds
    {
        get
        {
            var mean = MeanOverSeeds;
            return Seeds > 1 ? Math.Sqrt(SeedMeans.Sum(value => (value - mean) * (value - mean)) / (Seeds - 1)) : double.NaN;
        }
    }

    /// <summary>Summarises one score of one method.</summary>
    /// <param name="seeds">The cases' values of each seed; the same cases in each.</param>
    /// <param name="key">Name of the score.</param>
    /// <param name="options">How the interval over patients is computed; null for 2000 resamples, 95 %, seed 1.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ArgumentException">There is no seed, or the seeds were scored on different cases.</exception>
    [Reference(ReferenceKind.Statistic, "seed-spread", "Spread over seeds, apart from the interval over patients",
        Formula = "mean and standard deviation (n − 1) of the seeds' means; patient bootstrap of the cases' means over seeds",
        Source = "this kit; see Bouthillier et al. 2021, arXiv 2103.03098", Test = "SeedSpreadTests")]
    public static SeedSpread Of(IReadOnlyList<IReadOnlyList<CaseValue>> seeds, string key, BootstrapOptions? options = null)
    {
        if (seeds.Count == 0)
            throw new ArgumentException("There is no seed to summarise.", nameof(seeds));
        var cases = seeds[0].Select(value => (value.CaseId, value.PatientId)).ToHashSet();
        for (var s = 1; s < seeds.Count; s++)
            if (!cases.SetEquals(seeds[s].Select(value => (value.CaseId, value.PatientId))))
                throw new ArgumentException($"The first seed and seed number {s + 1} were not scored on the same cases.", nameof(seeds));
        return new SeedSpread(
            ScoreSummary.Mean(PerCase(seeds), key, options),
            [.. seeds.Select(values => MeanOfDefined(values.Select(value => value.Value)))]);
    }

    /// <summary>The mean of each case over seeds, of those that are defined.</summary>
    internal static IReadOnlyList<CaseValue> PerCase(IEnumerable<IReadOnlyList<CaseValue>> seeds) =>
    [
        .. seeds.SelectMany(values => values).GroupBy(value => (value.CaseId, value.PatientId)).Select(group =>
            new CaseValue(group.Key.CaseId, group.Key.PatientId, MeanOfDefined(group.Select(value => value.Value)))),
    ];

    private static double MeanOfDefined(IEnumerable<double> values) =>
        values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
