using System.Globalization;

namespace MarginNotebooks.Metrics;

/// <summary>What a structure scores when one of its masks is empty.</summary>
public enum EmptyMaskRule
{
    /// <summary>
    /// Not in the reference: NaN, counted as absent (or spurious when something was predicted) and left out of means. Missed: Dice 0 and,
    /// for every distance, the diagonal of the volume, which no distance can exceed: missing a structure never improves a mean.
    /// </summary>
    Sound,

    /// <summary>Not in the reference: Dice 1 and distance 0 whatever was predicted. Missed: Dice 0 and distance 0, so missing improves
    /// mean distances.</summary>
    Authors,
}

/// <summary>Every choice behind a table of scores, under a name that is printed with the table.</summary>
/// <example><code>
/// var protocol = EvaluationProtocol.Sound with { Regions = [PixelRegion.All] };
/// Console.WriteLine(protocol.Describe());
/// </code></example>
public sealed record EvaluationProtocol
{
    /// <summary>Short name, for example <c>sound</c>. Give a changed protocol its own.</summary>
    public required string Name { get; init; }

    /// <summary>How calibration measures are computed.</summary>
    public required CalibrationRules Calibration { get; init; }

    /// <summary>Pixel regions of the calibration measures: the first is the headline (<c>ece</c>), the others carry their name
    /// (<c>ece/all</c>).</summary>
    public required IReadOnlyList<PixelRegion> Regions { get; init; }

    /// <summary>What empty masks score.</summary>
    public required EmptyMaskRule EmptyMasks { get; init; }

    /// <summary>True for distances in the unit of the voxel spacing (millimetres), false for voxels.</summary>
    public required bool PhysicalDistances { get; init; }

    /// <summary>
    /// True: a volume of one slice is scored as a 2-D image, by its contours. False: as a slab [1, H, W], whose every mask voxel is
    /// surface.
    /// </summary>
    public required bool SingleSliceAsImage { get; init; }

    /// <summary>True: voxels with the ignored label are removed from both masks. False: a prediction there is a false positive.</summary>
    public required bool IgnoredVoxelsLeaveMasks { get; init; }

    /// <summary>Decimals to which Dice, ECE and class-wise ECE of a case are rounded before any mean; null keeps every digit.</summary>
    public int? CaseDecimals { get; init; }

    /// <summary>
    /// Tolerance of the surface Dice where a structure sets none, in the unit of the distances. 1 is a neutral start, no clinical choice:
    /// a tolerance should come from how far observers of that structure differ (Nikolov et al. 2018).
    /// </summary>
    public double SurfaceTolerance { get; init; } = 1;

    /// <summary>Label of voxels that are not annotated; null when every label is a class.</summary>
    public long? IgnoreIndex { get; init; } = 255;

    /// <summary>
    /// The authors' test protocol (<c>calib_segment_test.py</c>, <c>metrics.py</c>), to compare with their numbers. Measures that their
    /// tester does not report (AECE, MCE, ACE, RMS, NLL, Brier) come from their definitions where they have one.
    /// </summary>
    public static EvaluationProtocol Authors { get; } = new()
    {
        Name = "authors",
        Calibration = CalibrationRules.Authors,
        Regions = [PixelRegion.Foreground],
        EmptyMasks = EmptyMaskRule.Authors,
        PhysicalDistances = false,
        SingleSliceAsImage = false,
        IgnoredVoxelsLeaveMasks = false,
        CaseDecimals = 4,
    };

    /// <summary>The default for new work.</summary>
    public static EvaluationProtocol Sound { get; } = new()
    {
        Name = "sound",
        Calibration = CalibrationRules.Sound,
        Regions = [PixelRegion.ForegroundUnion, PixelRegion.All, PixelRegion.Foreground],
        EmptyMasks = EmptyMaskRule.Sound,
        PhysicalDistances = true,
        SingleSliceAsImage = true,
        IgnoredVoxelsLeaveMasks = true,
    };

    /// <summary>The two presets.</summary>
    public static IReadOnlyList<EvaluationProtocol> Presets { get; } = [Sound, Authors];

    /// <summary>Finds a preset.</summary>
    /// <param name="name"><c>sound</c> or <c>authors</c>, in any case.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EvaluationProtocol Named(string name) =>
        Presets.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no protocol '{name}'; known are {string.Join(", ", Presets.Select(p => p.Name))}.", nameof(name));

    /// <summary>What a reader of a table must know about how it was made.</summary>
    /// <returns>A paragraph, one sentence a choice.</returns>
    public string Describe()
    {
        var unit = PhysicalDistances ? "in the unit of the voxel spacing (mm)" : "in voxels";
        var rest = string.Concat(Regions.Skip(1).Select(region => $"; '/{region.Key()}': {region.Describe()}"));
        string[] sentences =
        [
            $"Protocol '{Name}'.",
            $"Every measure is computed per case and structure, the background left out; a case's score is the mean over its structures. "
                + $"Distances are {unit}; a volume of one slice is scored "
                + (SingleSliceAsImage ? "by its contours." : "as a slab, all of it surface."),
            string.Create(CultureInfo.InvariantCulture,
                $"Surface Dice has a tolerance of {SurfaceTolerance} {(PhysicalDistances ? "mm" : "voxels")}, unless a structure sets its own."),
            EmptyMasks == EmptyMaskRule.Sound
                ? "A structure that the reference lacks is left out and counted; a missed one has Dice 0 and the volume's diagonal as distance."
                : "A structure that the reference lacks has Dice 1 and distance 0; a missed one has Dice 0 and distance 0.",
            $"Calibration looks at {Regions[0].Describe()}{rest}. "
                + (Regions.All(region => region == PixelRegion.All)
                    ? ""
                    : "Regions chosen by the true label do not reach 0 even for exact probabilities; the whole image does."),
            $"ECE and class-wise ECE: {Calibration.Binning}; class-wise over "
                + (Calibration.Classwise == ClasswiseAverage.AllClasses ? "all classes" : "classes up to the largest label present")
                + (Calibration.ClasswiseThreshold is { } least ? $", probabilities above {least} only." : "."),
            $"MCE, ACE and RMS: {Calibration.GapBinning}.",
            $"Adaptive ECE: {Calibration.AdaptiveBins} equal-mass bins, "
                + (Calibration.Adaptive == AdaptiveRule.Sound
                    ? "ties kept together, every pixel counted."
                    : "interpolated edges, the least confident pixels left out."),
            CaseDecimals is { } digits ? $"Dice, ECE and class-wise ECE are rounded to {digits} decimals per case before averaging." : "",
        ];
        return string.Join(" ", sentences.Select(text => text.Trim()).Where(text => text.Length > 0));
    }
}
