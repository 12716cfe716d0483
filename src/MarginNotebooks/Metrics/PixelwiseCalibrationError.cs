using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>pECE: foreground ECE with an extra penalty for confident false positives.</summary>
/// <remarks>
/// <c>pECE = Σ_b (n_b/n)·|conf_b − freq_b + w·fp_b|</c> over 10 equal-width bins (lower, upper] of the foreground probability 1 − p₀, where
/// <c>freq_b</c> is the share of true foreground, <c>fp_b</c> the mean foreground probability of the bin's background pixels (0 when it has
/// none) and w = 2. A foreground probability of exactly 0 is in no bin but counts in n. Source: Liang et al., "Calibrating on Medical
/// Segmentation Model through Signed-Distance", CIKM 2025, Algorithm 1 (preprint: We Care Each Pixel, arXiv 2503.05107), by the authors' published
/// code, which also gives the bins and the weight. Not a distance from calibration: exact probabilities do not score 0, and the range is
/// [0, 1 + w].
/// </remarks>
[Reference(ReferenceKind.Measure, "pece", "Pixel-wise ECE (pECE)", Formula = "Σ_b (n_b/n)·|conf_b − freq_b + 2·fp_b|, bins of the foreground probability",
    Source = "Liang et al., CIKM 2025; arXiv 2503.05107", Test = "PixelwiseCalibrationErrorTests", Note = "Exact probabilities do not reach 0.")]
public sealed class PixelwiseCalibrationError : CalibrationMeasure
{
    /// <summary>The penalty's weight in the authors' code.</summary>
    public const double PublishedWeight = 2;

    private static readonly ConfidenceBinning s_binning = new(10, BinRule.Float32EdgesDropZero);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["pece"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) => [Of(evidence.Probability[0])];

    /// <summary>pECE from the background's probability.</summary>
    /// <param name="background">Probabilities of class 0; correct means that the pixel truly is background.</param>
    /// <param name="weight">Weight w of the penalty; 0 gives the foreground ECE.</param>
    /// <returns>A number in [0, 1 + w]; NaN without pixels.</returns>
    public static double Of(ConfidenceSample background, double weight = PublishedWeight)
    {
        if (!(weight >= 0) || double.IsInfinity(weight))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of the penalty must be finite and at least 0.");
        var (foreground, ofBackground) = (new double[s_binning.Bins], new double[s_binning.Bins]);
        var (count, negative) = (new long[s_binning.Bins], new long[s_binning.Bins]);
        for (var i = 0; i < background.Groups; i++)
        {
            var p = 1f - (float)background.Value[i];
            var bin = s_binning.IndexOf(p);
            if (bin < 0)
                continue;
            count[bin] += background.Count[i];
            negative[bin] += background.CorrectCount[i];
            foreground[bin] += (double)p * background.Count[i];
            ofBackground[bin] += (double)p * background.CorrectCount[i];
        }

        double sum = 0;
        for (var b = 0; b < count.Length; b++)
            if (count[b] > 0)
                sum += Math.Abs(foreground[b] - (count[b] - negative[b]) + (negative[b] > 0 ? weight * ofBackground[b] / negative[b] * count[b] : 0));
        return sum / background.Pixels; // 0/0 without pixels
    }
}
