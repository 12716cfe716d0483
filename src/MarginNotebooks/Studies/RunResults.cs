using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Training;

namespace MarginNotebooks.Studies;

/// <summary>A finished run with its tables.</summary>
/// <param name="Record">What the run was.</param>
/// <param name="Epochs">The epoch log.</param>
/// <param name="Cases">Scores of each test case under each protocol.</param>
/// <param name="Reliability">Confidence bins of each test case.</param>
public sealed record RunResults(
    RunRecord Record,
    IReadOnlyList<EpochRecord> Epochs,
    IReadOnlyList<CaseRow> Cases,
    IReadOnlyList<ReliabilityRow> Reliability)
{
    /// <summary>The cases' scores under one protocol.</summary>
    /// <param name="protocol">Name of the protocol.</param>
    /// <returns>One row a case.</returns>
    /// <exception cref="ArgumentException">The run was not evaluated under that protocol.</exception>
    public IReadOnlyList<CaseRow> CasesOf(string protocol)
    {
        var rows = Cases.Where(row => row.Protocol == protocol).ToList();
        return rows.Count > 0
            ? rows
            : throw new ArgumentException(
                $"Run '{Record.Configuration.Name}' has no scores under the protocol '{protocol}'; it has {string.Join(", ", Cases.Select(row => row.Protocol).Distinct())}.",
                nameof(protocol));
    }

    /// <summary>Confidence bins pooled over all test cases.</summary>
    /// <param name="region">Name of the region of pixels, for example <c>foreground</c>.</param>
    /// <returns>The sums.</returns>
    public BinSums PooledBins(string region)
    {
        var rows = ReliabilityOf(region);
        var sums = new BinSums(rows[0].Bins.Bins);
        foreach (var row in rows)
            sums.Add(row.Bins);
        return sums;
    }

    /// <summary>Confidence bins of each case in a region.</summary>
    /// <param name="region">Name of the region of pixels.</param>
    /// <returns>One row a case.</returns>
    /// <exception cref="ArgumentException">The run holds no such region.</exception>
    public IReadOnlyList<ReliabilityRow> ReliabilityOf(string region)
    {
        var rows = Reliability.Where(row => row.Region == region).ToList();
        return rows.Count > 0
            ? rows
            : throw new ArgumentException(
                $"Run '{Record.Configuration.Name}' has no confidence bins of the region '{region}'; it has {string.Join(", ", Reliability.Select(row => row.Region).Distinct())}.",
                nameof(region));
    }
}

/// <summary>Scores of one test case under one protocol.</summary>
/// <param name="Protocol">Name of the evaluation protocol.</param>
/// <param name="CaseId">The case.</param>
/// <param name="PatientId">Its patient.</param>
/// <param name="Values">Score by name; NaN where a score is not defined.</param>
public sealed record CaseRow(string Protocol, string CaseId, string PatientId, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>One score, as the statistics take it.</summary>
    /// <param name="key">Name of the score.</param>
    /// <returns>Case, patient and value; NaN when the case has no such score.</returns>
    public CaseValue Score(string key) => new(CaseId, PatientId, Values.GetValueOrDefault(key, double.NaN));

    /// <summary>The row with some scores only, in fewer digits.</summary>
    /// <param name="keys">Names of the scores; those that the row does not have are left out.</param>
    /// <param name="digits">Significant digits.</param>
    /// <returns>The reduced row.</returns>
    public CaseRow Reduced(IReadOnlyList<string> keys, int digits)
    {
        var format = $"G{digits.ToString(CultureInfo.InvariantCulture)}";
        return this with
        {
            Values = keys.Where(Values.ContainsKey).ToDictionary(
                key => key, key => double.Parse(Values[key].ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        };
    }
}

/// <summary>Confidence bins of one test case.</summary>
/// <param name="Region">Which pixels: <c>foreground</c> or <c>all</c>.</param>
/// <param name="CaseId">The case.</param>
/// <param name="PatientId">Its patient.</param>
/// <param name="Bins">Counts and sums.</param>
public sealed record ReliabilityRow(string Region, string CaseId, string PatientId, BinSums Bins);
