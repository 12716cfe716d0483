namespace MarginNotebooks.Metrics;

/// <summary>A reliability diagram with its uncertainty; each array has one entry a bin, NaN where the bin is empty.</summary>
/// <param name="Confidence">Mean confidence.</param>
/// <param name="Accuracy">Accuracy of the pooled pixels.</param>
/// <param name="Lower">Lower end of the bootstrap interval of the accuracy.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Count">Number of pixels.</param>
/// <param name="Patients">Number of patients with a pixel in the bin.</param>
public sealed record ReliabilityBand(double[] Confidence, double[] Accuracy, double[] Lower, double[] Upper, long[] Count, int[] Patients);

/// <summary>Bootstrap bands of the accuracy in each confidence bin; the unit is the patient.</summary>
/// <remarks>
/// Patients are drawn with replacement; in each resample a bin's accuracy is Σ correct / Σ count over the drawn patients. A bin that only
/// one patient fills has no band (NaN): resampling cannot tell how other patients would behave. Pixels of one patient are far from
/// independent, so a band from pixels would be much too narrow.
/// </remarks>
public static class ReliabilityBands
{
    /// <summary>The band of a set of patients.</summary>
    /// <param name="parts">Bin sums with the patient they belong to; several per patient are added up.</param>
    /// <param name="options">How the intervals are computed; null for 2000 resamples, 95 %, seed 1.</param>
    /// <returns>Accuracy and band by bin.</returns>
    /// <exception cref="ArgumentException">There are no sums, or they have different bins.</exception>
    public static ReliabilityBand Of(IReadOnlyList<(string PatientId, BinSums Sums)> parts, BootstrapOptions? options = null)
    {
        if (parts.Count == 0)
            throw new ArgumentException("A reliability band needs the bin sums of at least one patient.", nameof(parts));
        options ??= BootstrapOptions.Default;
        var bins = parts[0].Sums.Bins;
        var patients = parts.GroupBy(part => part.PatientId, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Pool(group.Select(part => part.Sums), bins)).ToArray();
        var pooled = Pool(patients, bins);
        var filled = new int[bins];
        var samples = new List<double>[bins];
        for (var b = 0; b < bins; b++)
            (filled[b], samples[b]) = (patients.Count(sums => sums.Count[b] > 0), []);
        PatientBootstrap.Resample(patients.Length, options, drawn =>
        {
            for (var b = 0; b < bins; b++)
            {
                var count = drawn.Sum(p => patients[p].Count[b]);
                if (count > 0)
                    samples[b].Add(drawn.Sum(p => patients[p].Correct[b]) / count);
            }
        });
        var intervals = Enumerable.Range(0, bins)
            .Select(b => filled[b] > 1 ? PatientBootstrap.Interval(samples[b], options) : (double.NaN, double.NaN)).ToArray();
        return new ReliabilityBand(
            [.. Enumerable.Range(0, bins).Select(pooled.MeanConfidence)],
            [.. Enumerable.Range(0, bins).Select(pooled.Accuracy)],
            [.. intervals.Select(interval => interval.Item1)],
            [.. intervals.Select(interval => interval.Item2)],
            pooled.Count,
            filled);
    }

    /// <summary>The band of the headline region of scored cases.</summary>
    /// <param name="cases">Scores of each case.</param>
    /// <param name="options">How the intervals are computed.</param>
    /// <returns>Accuracy and band by bin.</returns>
    public static ReliabilityBand Of(IReadOnlyList<CaseScores> cases, BootstrapOptions? options = null) =>
        Of([.. cases.Select(scores => (scores.PatientId, scores.Reliability))], options);

    private static BinSums Pool(IEnumerable<BinSums> parts, int bins)
    {
        var pooled = new BinSums(bins);
        foreach (var part in parts)
            pooled.Add(part);
        return pooled;
    }
}
