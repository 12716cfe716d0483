using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>A score of one case, as a result file holds it.</summary>
/// <param name="CaseId">Name of the case.</param>
/// <param name="PatientId">The patient it belongs to.</param>
/// <param name="Value">The score; NaN when not defined for this case.</param>
public readonly record struct CaseValue(string CaseId, string PatientId, double Value);

/// <summary>A mean over cases with its bootstrap interval.</summary>
/// <param name="Key">What was averaged.</param>
/// <param name="Mean">Mean over the cases used; NaN without any.</param>
/// <param name="Lower">Lower end of the interval; NaN with fewer than two patients, about whom nothing can be said.</param>
/// <param name="Upper">Upper end of the interval.</param>
/// <param name="Used">Cases in the mean.</param>
/// <param name="Absent">Cases left out because the score is not defined there (NaN).</param>
/// <param name="Patients">Patients the cases used belong to.</param>
public sealed record ScoreEstimate(string Key, double Mean, double Lower, double Upper, int Used, int Absent, int Patients)
{
    /// <summary>For example <c>0.862 [0.851, 0.872] (n=50, 2 absent)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Mean:0.####} [{Lower:0.####}, {Upper:0.####}] (n={Used}{(Absent > 0 ? $", {Absent} absent" : "")})";
}

/// <summary>Means over cases with intervals whose unit is the patient.</summary>
/// <remarks>
/// Percentile cluster bootstrap: patients are drawn with replacement and all their cases with them; the statistic is the mean over the
/// drawn cases. NaN cases are left out of the mean and counted. An infinite score (NLL of a probability of 0) is kept, and makes the mean
/// infinite.
/// </remarks>
[Reference(ReferenceKind.Statistic, "patient-bootstrap", "Mean over cases with a bootstrap interval over patients",
    Formula = "percentiles of the mean over the cases of patients drawn with replacement",
    Source = "Efron & Tibshirani 1993, An Introduction to the Bootstrap; clusters: Field & Welsh 2007, doi 10.1111/j.1467-9868.2007.00593.x",
    Test = "ScoreSummaryTests", Note = "Cases of one patient are drawn together; NaN cases are left out and counted.")]
[Reference(ReferenceKind.Statistic, "paired-difference", "Mean paired difference with a bootstrap interval over patients",
    Formula = "percentiles of the mean of first − second over the cases of patients drawn with replacement",
    Source = "Efron & Tibshirani 1993, An Introduction to the Bootstrap", Test = "ScoreSummaryTests")]
public static class ScoreSummary
{
    /// <summary>Mean of a score over cases.</summary>
    /// <param name="cases">Scores of each case; case names must be unique.</param>
    /// <param name="key">Which score, for example <c>dsc/1</c>.</param>
    /// <param name="options">How the interval is computed; null for 2000 resamples, 95 %, seed 1.</param>
    /// <returns>Mean and interval.</returns>
    public static ScoreEstimate Mean(IReadOnlyList<CaseScores> cases, string key, BootstrapOptions? options = null) =>
        Mean(Select(cases, key), key, options);

    /// <summary>Mean of single values.</summary>
    /// <param name="values">A value for each case.</param>
    /// <param name="key">Name for the table.</param>
    /// <param name="options">How the interval is computed.</param>
    /// <returns>Mean and interval.</returns>
    public static ScoreEstimate Mean(IReadOnlyList<CaseValue> values, string key, BootstrapOptions? options = null)
    {
        if (values.GroupBy(value => value.CaseId).FirstOrDefault(group => group.Count() > 1) is { } repeated)
            throw new ArgumentException(
                $"Case '{repeated.Key}' occurs {repeated.Count()} times; every case may count once.", nameof(values));
        options ??= BootstrapOptions.Default;
        var used = values.Where(value => !double.IsNaN(value.Value)).ToArray();
        var patients = used.GroupBy(value => value.PatientId, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal) // the order of a file must not change the interval
            .Select(group => (Sum: group.Sum(value => value.Value), Count: group.Count())).ToArray();
        var (lower, upper) = (double.NaN, double.NaN);
        if (patients.Length > 1)
        {
            var means = new List<double>(options.Replicates);
            PatientBootstrap.Resample(patients.Length, options, drawn =>
                means.Add(drawn.Sum(p => patients[p].Sum) / drawn.Sum(p => patients[p].Count)));
            (lower, upper) = PatientBootstrap.Interval(means, options);
        }

        var mean = used.Length == 0 ? double.NaN : used.Average(value => value.Value);
        return new ScoreEstimate(key, mean, lower, upper, used.Length, values.Count - used.Length, patients.Length);
    }

    /// <summary>Means of several scores.</summary>
    /// <param name="cases">Scores of each case.</param>
    /// <param name="keys">Which scores; null for all that the first case has.</param>
    /// <param name="options">How the intervals are computed.</param>
    /// <returns>An estimate for each key, in order.</returns>
    public static IReadOnlyList<ScoreEstimate> Means(
        IReadOnlyList<CaseScores> cases, IEnumerable<string>? keys = null, BootstrapOptions? options = null) =>
        [.. (keys ?? cases.FirstOrDefault()?.Values.Keys ?? []).Select(key => Mean(cases, key, options))];

    /// <summary>Mean difference of a score between two methods on the same cases: <paramref name="first"/> minus
    /// <paramref name="second"/>.</summary>
    /// <param name="first">Scores of one method.</param>
    /// <param name="second">Scores of the other, on the same cases in any order.</param>
    /// <param name="key">Which score.</param>
    /// <param name="options">How the interval is computed.</param>
    /// <returns>Mean difference and interval; an interval without 0 says that the methods differ on such patients.</returns>
    /// <exception cref="ArgumentException">The cases are not the same.</exception>
    public static ScoreEstimate PairedDifference(
        IReadOnlyList<CaseScores> first, IReadOnlyList<CaseScores> second, string key, BootstrapOptions? options = null) =>
        PairedDifference(Select(first, key), Select(second, key), key, options);

    /// <summary>Mean difference of single values between two methods on the same cases.</summary>
    /// <param name="first">Values of one method.</param>
    /// <param name="second">Values of the other, on the same cases in any order.</param>
    /// <param name="key">Name for the table.</param>
    /// <param name="options">How the interval is computed.</param>
    /// <returns>Mean difference and interval; a case that is NaN in either is left out and counted.</returns>
    /// <exception cref="ArgumentException">The cases are not the same.</exception>
    public static ScoreEstimate PairedDifference(
        IReadOnlyList<CaseValue> first, IReadOnlyList<CaseValue> second, string key, BootstrapOptions? options = null)
    {
        var others = second.ToDictionary(value => value.CaseId, StringComparer.Ordinal);
        var names = first.Select(value => value.CaseId).ToHashSet(StringComparer.Ordinal);
        var unpaired = names.Except(others.Keys).Concat(others.Keys.Except(names)).ToArray();
        if (unpaired.Length > 0)
            throw new ArgumentException(
                $"{unpaired.Length} cases are scored for one method only, among them '{unpaired[0]}'.", nameof(second));
        if (first.FirstOrDefault(value => others[value.CaseId].PatientId != value.PatientId) is { CaseId: not null } moved)
            throw new ArgumentException($"Case '{moved.CaseId}' belongs to different patients in the two lists.", nameof(second));
        return Mean([.. first.Select(value => value with { Value = value.Value - others[value.CaseId].Value })], key, options);
    }

    private static CaseValue[] Select(IReadOnlyList<CaseScores> cases, string key)
    {
        if (cases.Select(scores => scores.Protocol).Distinct().Count() > 1)
            throw new ArgumentException("The cases were scored under different protocols; their means cannot be mixed.", nameof(cases));
        return [.. cases.Select(scores => new CaseValue(scores.CaseId, scores.PatientId, scores[key]))];
    }
}
