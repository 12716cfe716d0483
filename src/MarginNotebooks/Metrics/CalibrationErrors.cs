using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Calibration errors that are functions of the bin sums alone.</summary>
/// <remarks>
/// <para>
/// With <c>n_b</c> pixels in bin b, accuracy <c>acc_b</c>, mean confidence <c>conf_b</c> and <c>n</c> pixels in all:
/// ECE <c>= Σ_b (n_b/n)·|acc_b − conf_b|</c>; RMS <c>= sqrt(Σ_b (n_b/n)·(acc_b − conf_b)²)</c>; MCE <c>= max_b |acc_b − conf_b|</c>;
/// ACE <c>= mean over the non-empty bins of |acc_b − conf_b|</c>.
/// </para>
/// <para>All lie in [0, 1]; with no pixel at all they are NaN. Source: Guo et al. 2017 (arXiv 1706.04599); Neumann et al. 2018 for
/// ACE.</para>
/// </remarks>
public static class CalibrationErrors
{
    /// <summary>Expected calibration error: the gap of a random pixel's bin.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <param name="pixels">Number of pixels n; null for those in the bins. Larger when the bin rule left some out.</param>
    /// <returns>ECE in [0, 1], NaN without pixels.</returns>
    [Reference(ReferenceKind.Measure, "ece", "Expected calibration error (ECE)", Formula = "Σ_b (n_b/n)·|acc_b − conf_b|, equal-width bins",
        Source = "Naeini et al., AAAI 2015; Guo et al., ICML 2017, arXiv 1706.04599", Test = "CalibrationErrorsTests")]
    public static double Expected(BinSums bins, long? pixels = null) => WeightedPower(bins, pixels, 1);

    /// <summary>Root mean square calibration error (the authors' L2 error): like ECE, but large gaps weigh more.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <param name="pixels">Number of pixels n; null for those in the bins.</param>
    /// <returns>RMS in [0, 1], at least the ECE; NaN without pixels.</returns>
    [Reference(ReferenceKind.Measure, "rms", "Root mean square calibration error", Formula = "√Σ_b (n_b/n)·(acc_b − conf_b)²",
        Source = "Nguyen & O'Connor, EMNLP 2015, arXiv 1508.05154", Test = "CalibrationErrorsTests")]
    public static double RootMeanSquare(BinSums bins, long? pixels = null) => Math.Sqrt(WeightedPower(bins, pixels, 2));

    /// <summary>Maximum calibration error: the largest gap of any bin, however few pixels it holds.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>MCE in [0, 1], at least the ECE; NaN without pixels.</returns>
    [Reference(ReferenceKind.Measure, "mce", "Maximum calibration error (MCE)", Formula = "max_b |acc_b − conf_b|",
        Source = "Naeini et al., AAAI 2015; Guo et al., ICML 2017, arXiv 1706.04599", Test = "CalibrationErrorsTests")]
    public static double Maximum(BinSums bins)
    {
        var gaps = Gaps(bins);
        return gaps.Length == 0 ? double.NaN : gaps.Max();
    }

    /// <summary>Average calibration error: the mean gap of the non-empty bins, each counted once.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>ACE in [0, 1]; NaN without pixels.</returns>
    [Reference(ReferenceKind.Measure, "ace", "Average calibration error (ACE)", Formula = "mean over non-empty bins of |acc_b − conf_b|",
        Source = "Neumann et al. 2018", Test = "CalibrationErrorsTests")]
    public static double Average(BinSums bins)
    {
        var gaps = Gaps(bins);
        return gaps.Length == 0 ? double.NaN : gaps.Average();
    }

    private static double WeightedPower(BinSums bins, long? pixels, int power)
    {
        var n = pixels ?? bins.Total;
        if (n == 0)
            return double.NaN;
        double sum = 0;
        for (var b = 0; b < bins.Bins; b++)
            if (bins.Count[b] > 0)
                sum += bins.Count[b] * (power == 1 ? Math.Abs(bins.Gap(b)) : bins.Gap(b) * bins.Gap(b));
        return sum / n;
    }

    private static double[] Gaps(BinSums bins) =>
        [.. Enumerable.Range(0, bins.Bins).Where(b => bins.Count[b] > 0).Select(b => Math.Abs(bins.Gap(b)))];
}
