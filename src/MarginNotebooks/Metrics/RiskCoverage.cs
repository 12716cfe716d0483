using MarginNotebooks.Reference;
using MathNet.Numerics;

namespace MarginNotebooks.Metrics;

/// <summary>A risk–coverage curve: error rate of the pixels that remain when the least confident ones are given up.</summary>
/// <param name="Coverage">Share of the pixels kept, ascending; one point for each different confidence.</param>
/// <param name="Risk">Share of wrong ones among them.</param>
/// <param name="Threshold">The lowest confidence that is kept.</param>
public sealed record RiskCoverageCurve(double[] Coverage, double[] Risk, double[] Threshold);

/// <summary>How well the confidence ranks pixels: risk–coverage curve, its area AURC and the excess over the best possible ranking.</summary>
/// <remarks>
/// <para>
/// <c>AURC = (1/n) Σ_{i=1..n} (errors among the i most confident)/i</c>. Sources: Geifman &amp; El-Yaniv, NeurIPS 2017 (arXiv 1705.08500) for the
/// curve; Geifman, Uziel &amp; El-Yaniv, ICLR 2019 (arXiv 1805.08206) for AURC and excess AURC, which subtracts the AURC of a ranking
/// that puts every wrong pixel last; here that one is summed exactly, not approximated by <c>r + (1 − r)·ln(1 − r)</c>.
/// </para>
/// <para>
/// Equal confidences say nothing about order: the result is the expectation over all orders of the tied pixels, in closed form. For g tied
/// pixels with error rate r after m pixels with e errors, <c>Σ_j (e + j·r)/(m + j) = r·g + (e − r·m)(H_{m+g} − H_m)</c>, H the harmonic
/// numbers.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "aurc", "Area under the risk–coverage curve (AURC)", Formula = "(1/n) Σ_i (errors among the i most confident)/i",
    Source = "Geifman et al., ICLR 2019, arXiv 1805.08206", Test = "RiskCoverageTests", Note = "Expectation over the order of ties.")]
[Reference(ReferenceKind.Measure, "eaurc", "Excess AURC", Formula = "AURC − AURC of a ranking with every wrong pixel last",
    Source = "Geifman et al., ICLR 2019, arXiv 1805.08206", Test = "RiskCoverageTests")]
public sealed class RiskCoverage : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["aurc", "eaurc"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) => [Area(evidence.Confidence), Excess(evidence.Confidence)];

    /// <summary>The curve.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <param name="points">At most so many points, about evenly spaced in coverage; the last is full coverage.</param>
    /// <returns>The curve; empty without pixels.</returns>
    public static RiskCoverageCurve Curve(ConfidenceSample sample, int points = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        var (coverage, risk, threshold) = (new List<double>(), new List<double>(), new List<double>());
        long kept = 0, wrong = 0;
        for (var i = sample.Groups - 1; i >= 0; i--)
        {
            kept += sample.Count[i];
            wrong += sample.Count[i] - sample.CorrectCount[i];
            // A point where the next of the evenly spaced places is reached.
            if (i > 0 && sample.Groups > points && kept < (coverage.Count + 1.0) / points * sample.Pixels)
                continue;
            coverage.Add((double)kept / sample.Pixels);
            risk.Add((double)wrong / kept);
            threshold.Add(sample.Value[i]);
        }

        return new([.. coverage], [.. risk], [.. threshold]);
    }

    /// <summary>Area under the curve.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <returns>A number in [0, 1]; NaN without pixels.</returns>
    public static double Area(ConfidenceSample sample)
    {
        double area = 0, kept = 0, wrong = 0;
        for (var i = sample.Groups - 1; i >= 0; i--)
        {
            double count = sample.Count[i], errors = count - sample.CorrectCount[i];
            var rate = errors / count;
            area += errors + (wrong - rate * kept) * HarmonicBetween(kept, kept + count);
            (kept, wrong) = (kept + count, wrong + errors);
        }

        return area / sample.Pixels; // 0/0 without pixels
    }

    /// <summary>Area in excess of the best ranking of the same pixels.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <returns>A number in [0, 1]; NaN without pixels.</returns>
    public static double Excess(ConfidenceSample sample)
    {
        double n = sample.Pixels, right = sample.Correct;
        // Σ_{i = right+1..n} (i − right)/i
        return Area(sample) - (n - right - right * HarmonicBetween(right, n)) / n;
    }

    // H_b − H_a; single terms where there are few, because the difference of two large harmonic numbers loses digits.
    private static double HarmonicBetween(double a, double b)
    {
        if (b - a > 64)
            return SpecialFunctions.DiGamma(b + 1) - SpecialFunctions.DiGamma(a + 1);
        double sum = 0;
        for (var i = b; i > a; i--)
            sum += 1 / i;
        return sum;
    }
}
