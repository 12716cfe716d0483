using MarginNotebooks.Reference;
using MathNet.Numerics;

namespace MarginNotebooks.Metrics;

/// <summary>What a binned error is expected to show for a network whose probabilities are exactly right.</summary>
/// <param name="Mean">Expected error.</param>
/// <param name="StandardDeviation">Its standard deviation.</param>
public readonly record struct NoiseLevel(double Mean, double StandardDeviation);

/// <summary>Noise floor: the ECE of a perfectly calibrated network with the same number of pixels and mean confidence in each bin.</summary>
/// <remarks>
/// <para>
/// If the n_b pixels of a bin are right independently with probability p_b, the bin's mean confidence, the number of correct ones is
/// binomial and <c>E|acc_b − p_b| = 2ν·C(n_b, ν)·p_b^ν·(1 − p_b)^{n_b − ν + 1}/n_b</c> with <c>ν = ⌊n_b·p_b⌋ + 1</c> (de Moivre's mean absolute
/// deviation); the floor is its mean with weights n_b/n. The standard deviation follows from <c>E(acc_b − p_b)² = p_b(1 − p_b)/n_b</c> and the
/// independence of the bins. Nothing is drawn.
/// </para>
/// <para>
/// Exact when the confidences within a bin are equal, an upper bound otherwise: the binomial spreads more than a sum of unequal
/// Bernoulli variables of the same mean (Hoeffding 1956). Pixels of one image are not independent, so a calibrated network's error can still
/// lie above it. Class-wise: the mean of the classes' floors.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "ece-floor", "Noise floor of the ECE", Formula = "Σ_b (n_b/n)·E|X_b/n_b − conf_b|, X_b ~ Binomial(n_b, conf_b)",
    Source = "this kit, with de Moivre's mean deviation; cf. Bröcker & Smith 2007, doi 10.1175/WAF993.1", Test = "NoiseFloorTests")]
[Reference(ReferenceKind.Measure, "cece-floor", "Noise floor of the class-wise ECE", Formula = "mean_k Σ_b (n_kb/n)·E|X_kb/n_kb − conf_kb|",
    Source = "this kit, with de Moivre's mean deviation; cf. Bröcker & Smith 2007, doi 10.1175/WAF993.1", Test = "NoiseFloorTests")]
public sealed class NoiseFloor : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["ece-floor", "cece-floor"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) =>
        [Of(evidence.TopLabel).Mean, evidence.PerClass.Average(bins => Of(bins).Mean)];

    /// <summary>The floor of the ECE over some bins.</summary>
    /// <param name="bins">Sums over the pixels; the correct ones are not looked at.</param>
    /// <returns>Mean and standard deviation; NaN without pixels.</returns>
    public static NoiseLevel Of(BinSums bins)
    {
        double mean = 0, variance = 0;
        var total = bins.Total;
        for (var b = 0; b < bins.Bins; b++)
        {
            if (bins.Count[b] == 0)
                continue;
            var weight = (double)bins.Count[b] / total;
            var p = Math.Clamp(bins.MeanConfidence(b), 0, 1);
            var deviation = BinomialDeviation(bins.Count[b], p);
            mean += weight * deviation;
            variance += weight * weight * Math.Max(0, p * (1 - p) / bins.Count[b] - deviation * deviation);
        }

        return total == 0 ? new(double.NaN, double.NaN) : new(mean, Math.Sqrt(variance));
    }

    /// <summary><c>E|X/n − p|</c> of a binomial variable.</summary>
    /// <param name="n">Number of trials, at least 1.</param>
    /// <param name="p">Probability in [0, 1].</param>
    /// <returns>The mean absolute deviation.</returns>
    public static double BinomialDeviation(long n, double p)
    {
        if (p is 0 or 1)
            return 0;
        var v = Math.Min(n, Math.Floor(n * p) + 1); // n·p rounded up to n: ν = n gives the same sum
        var logarithm = SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(v + 1) - SpecialFunctions.GammaLn(n - v + 1)
            + v * Math.Log(p) + (n - v + 1) * Math.Log(1 - p);
        return 2 * v * Math.Exp(logarithm) / n;
    }
}
