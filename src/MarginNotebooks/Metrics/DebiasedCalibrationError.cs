using MarginNotebooks.Reference;
using MathNet.Numerics;

namespace MarginNotebooks.Metrics;

/// <summary>Binned calibration errors less the part that chance adds to them.</summary>
/// <remarks>
/// <para>
/// Squared: <c>Σ_b (n_b/n)·[(acc_b − conf_b)² − acc_b(1 − acc_b)/(n_b − 1)]</c>, whose expectation is the squared error of the bins without
/// chance; a bin of one pixel contributes 0. Root mean square: its square root, 0 where it is negative. Sources: Bröcker 2012, Ferro &amp;
/// Fricker 2012 (ECE_debias of Roelofs et al. 2022); Kumar, Liang &amp; Ma, NeurIPS 2019 (arXiv 1909.10155).
/// </para>
/// <para>
/// Expected: <c>2·ECE − Σ_b (n_b/n)·E|N(acc_b − conf_b, acc_b(1 − acc_b)/n_b)|</c>, Kumar et al.'s estimate for absolute gaps; they draw the
/// normal numbers, here the mean of the folded normal distribution is used: <c>E|N(μ, σ²)| = σ√(2/π)·exp(−μ²/2σ²) + μ·erf(μ/(σ√2))</c>.
/// Can be below 0, as an unbiased estimate of 0 must. Pixels of one image are not independent, so the correction is too small for them.
/// </para>
/// <para>In the catalogue: equal-mass bins of the top label, as many as the adaptive error has.</para>
/// </remarks>
[Reference(ReferenceKind.Measure, "rms-debiased", "Debiased root mean square calibration error", Formula = "√max(0, Σ_b (n_b/n)[(acc_b − conf_b)² − acc_b(1 − acc_b)/(n_b − 1)])",
    Source = "Kumar et al., NeurIPS 2019, arXiv 1909.10155; Roelofs et al., AISTATS 2022, arXiv 2012.08668", Test = "DebiasedCalibrationErrorTests", Note = "Equal-mass bins.")]
[Reference(ReferenceKind.Measure, "ece-debiased", "Debiased ECE", Formula = "2·ECE − Σ_b (n_b/n)·E|N(acc_b − conf_b, acc_b(1 − acc_b)/n_b)|",
    Source = "Kumar et al., NeurIPS 2019, arXiv 1909.10155", Test = "DebiasedCalibrationErrorTests", Note = "Equal-mass bins; can be negative.")]
public sealed class DebiasedCalibrationError : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["rms-debiased", "ece-debiased"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
    {
        var bins = evidence.Confidence.EqualMass(evidence.Rules.AdaptiveBins);
        return [RootMeanSquare(bins), Expected(bins)];
    }

    /// <summary>Debiased squared error.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number that can be negative; NaN when no bin has two pixels.</returns>
    public static double Squared(BinSums bins)
    {
        double sum = 0;
        for (var b = 0; b < bins.Bins; b++)
            if (bins.Count[b] > 1)
                sum += bins.Count[b] * (bins.Gap(b) * bins.Gap(b) - bins.Accuracy(b) * (1 - bins.Accuracy(b)) / (bins.Count[b] - 1));
        return bins.Count.Any(count => count > 1) ? sum / bins.Total : double.NaN;
    }

    /// <summary>Debiased root mean square error.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number in [0, 1]; NaN when no bin has two pixels.</returns>
    public static double RootMeanSquare(BinSums bins) => Math.Sqrt(Math.Max(0, Squared(bins)));

    /// <summary>Debiased expected error.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number of at most the ECE, which can be negative; NaN without pixels.</returns>
    public static double Expected(BinSums bins)
    {
        double sum = 0;
        for (var b = 0; b < bins.Bins; b++)
        {
            if (bins.Count[b] == 0)
                continue;
            var gap = Math.Abs(bins.Gap(b));
            sum += bins.Count[b] * (2 * gap - FoldedMean(gap, Math.Sqrt(bins.Accuracy(b) * (1 - bins.Accuracy(b)) / bins.Count[b])));
        }

        return sum / bins.Total;
    }

    private static double FoldedMean(double mean, double deviation) => deviation == 0
        ? mean
        : deviation * Math.Sqrt(2 / Math.PI) * Math.Exp(-mean * mean / (2 * deviation * deviation))
            + mean * SpecialFunctions.Erf(mean / (deviation * Math.Sqrt(2)));
}
