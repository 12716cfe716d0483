namespace MarginNotebooks.Metrics;

/// <summary>How the adaptive (equal-mass) calibration error is computed.</summary>
public enum AdaptiveRule
{
    /// <summary>Ties stay together, every pixel counts; streamed through a <see cref="ConfidenceSketch"/>.</summary>
    Sound,

    /// <summary>Authors' AdaptiveECELoss; keeps the region's confidences in memory, because its edges come from the sorted list.</summary>
    Authors,
}

/// <summary>The choices behind a set of calibration measures; where they come from is in <see cref="EvaluationProtocol"/>.</summary>
public sealed record CalibrationRules
{
    /// <summary>Bins of ECE, class-wise ECE and the reliability diagram.</summary>
    public required ConfidenceBinning Binning { get; init; }

    /// <summary>Bins of MCE, ACE and RMS.</summary>
    public required ConfidenceBinning GapBinning { get; init; }

    /// <summary>Number of equal-mass bins of the adaptive error.</summary>
    public int AdaptiveBins { get; init; } = 15;

    /// <summary>How the adaptive error is computed.</summary>
    public required AdaptiveRule Adaptive { get; init; }

    /// <summary>Which classes the class-wise error averages over.</summary>
    public required ClasswiseAverage Classwise { get; init; }

    /// <summary>Probabilities at or below this are left out of the class-wise error (CRaC: 1e-3); null keeps all.</summary>
    public float? ClasswiseThreshold { get; init; }

    /// <summary>ECE of a region without pixels: 0 in the authors' code, NaN (absent) otherwise.</summary>
    public required double ExpectedErrorWithoutPixels { get; init; }

    /// <summary>What the authors' code does: 15 bins (10 for MCE, ACE and RMS, by the double ceiling), zeros left out, classes up to the
    /// largest label.</summary>
    public static CalibrationRules Authors { get; } = new()
    {
        Binning = new(15, BinRule.Float32EdgesDropZero),
        GapBinning = new(10, BinRule.DoubleCeiling),
        Adaptive = AdaptiveRule.Authors,
        Classwise = ClasswiseAverage.UpToLargestLabel,
        ExpectedErrorWithoutPixels = 0,
    };

    /// <summary>Every pixel and class counted, ties kept together, one binning of 15 for all measures.</summary>
    public static CalibrationRules Sound { get; } = new()
    {
        Binning = new(15, BinRule.Float32Edges),
        GapBinning = new(15, BinRule.Float32Edges),
        Adaptive = AdaptiveRule.Sound,
        Classwise = ClasswiseAverage.AllClasses,
        ExpectedErrorWithoutPixels = double.NaN,
    };
}
