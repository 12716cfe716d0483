using MarginNotebooks.Data;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using MarginNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>A measure of one region, of one case or of all cases' pixels pooled.</summary>
/// <param name="Region">Key of the region.</param>
/// <param name="CaseId">The case; null for all cases pooled.</param>
/// <param name="PatientId">The patient it belongs to; null for all cases pooled.</param>
/// <param name="Key">Key of the measure.</param>
/// <param name="Value">The value; NaN where not defined.</param>
public sealed record MeasureRow(string Region, string? CaseId, string? PatientId, string Key, double Value);

/// <summary>Calibration measures of the catalogue that are not part of every evaluation, per case and pooled.</summary>
/// <remarks>
/// Keeps the probabilities of one volume at a time (<see cref="ScoredPixels"/>), and of all cases only sums and samples of bounded size. The
/// bins are those of <see cref="CalibrationRules.Sound"/>.
/// </remarks>
/// <param name="Rows">Region by region, the cases in their order and then the pooled pixels, measure by measure.</param>
public sealed record MeasureEvaluation(IReadOnlyList<MeasureRow> Rows)
{
    /// <summary>Measures a network on volumes.</summary>
    /// <param name="network">Gives logits <c>(B, K, H, W)</c> for images <c>(B, C, H, W)</c>.</param>
    /// <param name="info">Classes and size of slices.</param>
    /// <param name="volumes">Volumes with normalised intensities.</param>
    /// <param name="keys">Keys of <see cref="CalibrationMeasures"/>.</param>
    /// <param name="regions">Regions.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellation">Stops between volumes.</param>
    /// <returns>The values.</returns>
    /// <exception cref="ArgumentException">A key is unknown or named twice, or there is no key, region or volume.</exception>
    public static MeasureEvaluation Run(
        nn.Module<Tensor, Tensor> network, DatasetInfo info, IReadOnlyList<SegmentationCase> volumes, IReadOnlyList<string> keys,
        IReadOnlyList<MeasureRegion> regions, Device device, CancellationToken cancellation = default)
    {
        Check(keys, regions, volumes);
        network.to(device);
        MemoryLayouts.Arrange(network, MemoryLayout.Auto.For(device));
        var predictor = new Predictor(network, device);
        var rows = regions.Select(_ => new List<MeasureRow>()).ToArray();
        var pooled = new CalibrationEvidence?[regions.Count];
        foreach (var volume in volumes)
        {
            cancellation.ThrowIfCancellationRequested();
            var pixels = new ScoredPixels(info.ClassCount);
            var window = EvaluationWindow.Of(volume, info);
            predictor.ForEachBatch(
                new SliceBatcher(SliceSet.FromCases([volume], window.Height, window.Width)),
                (_, logits, labels) => pixels.Add(window.Crop(logits), window.Crop(labels)));
            for (var r = 0; r < regions.Count; r++)
            {
                var evidence = pixels.In(regions[r], volume.Spacing);
                foreach (var (key, value) in CalibrationMeasures.Compute(keys, evidence))
                    rows[r].Add(new(regions[r].Key, volume.Id, volume.PatientId, key, value));
                evidence.Release();
                pooled[r] = pooled[r] is { } earlier ? CalibrationEvidence.Pool([earlier, evidence]) : evidence;
            }
        }

        for (var r = 0; r < regions.Count; r++)
            foreach (var (key, value) in CalibrationMeasures.Compute(keys, pooled[r]!))
                rows[r].Add(new(regions[r].Key, null, null, key, value));
        return new([.. rows.SelectMany(list => list)]);
    }

    /// <summary>Mean of a measure over cases, with its interval; cases for which it is not defined are counted.</summary>
    /// <param name="region">Key of the region.</param>
    /// <param name="key">Key of the measure.</param>
    /// <returns>The mean.</returns>
    public ScoreEstimate Mean(string region, string key) => ScoreSummary.Mean(
        [.. Of(region, key).Where(row => row.CaseId is not null).Select(row => new CaseValue(row.CaseId!, row.PatientId!, row.Value))], key);

    /// <summary>A measure of all cases' pixels pooled.</summary>
    /// <param name="region">Key of the region.</param>
    /// <param name="key">Key of the measure.</param>
    /// <returns>The value; NaN where not defined.</returns>
    public double Pooled(string region, string key) => Of(region, key).Single(row => row.CaseId is null).Value;

    /// <summary>Writes the rows as a table: <c>region, scope, case, patient, measure, value</c>.</summary>
    /// <param name="path">The file, which appears whole or not at all.</param>
    public void Save(string path) => WholeFile.WriteText(path, CsvText.Write(
        ["region", "scope", "case", "patient", "measure", "value"],
        Rows.Select(row => (IEnumerable<object>)
            [row.Region, row.CaseId is null ? "pooled" : "case", row.CaseId ?? "", row.PatientId ?? "", row.Key, row.Value])));

    private IEnumerable<MeasureRow> Of(string region, string key)
    {
        var found = Rows.Where(row => row.Region == region && row.Key == key).ToArray();
        return found.Length > 0 ? found : throw new ArgumentException(
            $"'{key}' of the region '{region}' was not measured; there are "
            + $"{string.Join(", ", Rows.Select(row => $"{row.Key}/{row.Region}").Distinct())}.", nameof(key));
    }

    private static void Check(IReadOnlyList<string> keys, IReadOnlyList<MeasureRegion> regions, IReadOnlyList<SegmentationCase> volumes)
    {
        if (keys.Count == 0 || regions.Count == 0 || volumes.Count == 0)
            throw new ArgumentException($"{keys.Count} measures in {regions.Count} regions of {volumes.Count} volumes: each must be at least one.");
        foreach (var key in keys)
            _ = CalibrationMeasures.Of(key);
        if (keys.GroupBy(key => key).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The measure '{twice.Key}' is named twice.", nameof(keys));
        if (regions.GroupBy(region => region.Key).FirstOrDefault(group => group.Count() > 1) is { } again)
            throw new ArgumentException($"The region '{again.Key}' is named twice.", nameof(regions));
    }
}
