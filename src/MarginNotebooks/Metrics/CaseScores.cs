namespace MarginNotebooks.Metrics;

/// <summary>Everything measured on one volume.</summary>
public sealed record CaseScores
{
    /// <summary>Name of the case.</summary>
    public required string CaseId { get; init; }

    /// <summary>The patient: the unit of bootstrap intervals.</summary>
    public required string PatientId { get; init; }

    /// <summary>Name of the protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>Overlap and distances of each structure.</summary>
    public required IReadOnlyList<StructureScore> Structures { get; init; }

    /// <summary>Calibration measures by region, unrounded, the protocol's headline region first.</summary>
    public required IReadOnlyList<RegionCalibration> Calibration { get; init; }

    /// <summary>Predicted class of each voxel, row-major <c>(D, H, W)</c>.</summary>
    public required byte[] Predicted { get; init; }

    /// <summary>Slices, rows and columns of the volume.</summary>
    public required (int Depth, int Height, int Width) Shape { get; init; }

    /// <summary>
    /// All numbers by key, in the order of tables, rounded as the protocol says. Structure means <c>dsc</c>, <c>iou</c>, <c>hd95</c>,
    /// <c>hd</c>, <c>asd</c>,
    /// <c>assd</c>, <c>nsd</c>, <c>sensitivity</c>, <c>precision</c>, <c>specificity</c>, <c>vd</c>, <c>avd</c> (ml), <c>rvd</c>,
    /// <c>arvd</c> and single structures <c>dsc/1</c>…; counts <c>missed</c>, <c>spurious</c>, <c>absent</c>; calibration <c>ece</c>,
    /// <c>cece</c>, <c>aece</c>,
    /// <c>mce</c>, <c>ace</c>, <c>rms</c>, <c>nll</c>, <c>brier</c>, <c>accuracy</c>, <c>pixels</c> of the headline region, and
    /// <c>ece/all</c>… of the others. NaN means not defined in this case.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>Sums of the headline region for the reliability diagram.</summary>
    public BinSums Reliability => Calibration[0].TopLabel;

    /// <summary>Sums of a region.</summary>
    /// <param name="region">A region of the protocol.</param>
    /// <returns>Its measures and sums.</returns>
    public RegionCalibration In(PixelRegion region) =>
        Calibration.FirstOrDefault(part => part.Region == region)
        ?? throw new ArgumentException($"Protocol '{Protocol}' does not measure the region '{region.Key()}'.", nameof(region));

    /// <summary>The value of a key.</summary>
    /// <param name="key">A key of <see cref="Values"/>.</param>
    public double this[string key] => Values.TryGetValue(key, out var value)
        ? value
        : throw new ArgumentException($"Case '{CaseId}' has no score '{key}'; known are {string.Join(", ", Values.Keys)}.", nameof(key));
}

/// <summary>Calibration of one pixel region.</summary>
/// <param name="Region">The region.</param>
/// <param name="Scores">Its measures, unrounded.</param>
/// <param name="TopLabel">Sums over the confidence of the most probable class.</param>
/// <param name="PerClass">Sums over each class's probability, class 0 first.</param>
public sealed record RegionCalibration(PixelRegion Region, CalibrationScores Scores, BinSums TopLabel, IReadOnlyList<BinSums> PerClass);
