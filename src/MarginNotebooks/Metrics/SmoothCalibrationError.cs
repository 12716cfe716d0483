using MarginNotebooks.Reference;
using MathNet.Numerics.RootFinding;

namespace MarginNotebooks.Metrics;

/// <summary>Result of a smoothed calibration error.</summary>
/// <param name="Value">The error in [0, 1]; NaN without pixels.</param>
/// <param name="Bandwidth">The width of the Gaussian.</param>
public readonly record struct SmoothError(double Value, double Bandwidth);

/// <summary>Smooth ECE: the calibration error after smoothing with a reflected Gaussian, whose width the data choose.</summary>
/// <remarks>
/// <para>
/// <c>smECE_σ = ∫₀¹ |(1/n) Σ_i (y_i − p_i)·K_σ(t, p_i)| dt</c> with confidences p_i, correctness y_i and K_σ the Gaussian density reflected
/// at 0 and 1. It falls with σ; smECE is its value where <c>smECE_σ = σ</c>. Source: Błasiok &amp; Nakkiran, ICLR 2024 (arXiv 2309.12236).
/// No bins and no parameter; small changes of the confidences change it little.
/// </para>
/// <para>
/// As in the authors' package the width is not searched below a floor, here 10⁻⁴ instead of their 10⁻³, because most pixels of a volume
/// are easy: below the floor the result is smECE at the floor. The integral is exact to about 10⁻⁷ (cosine series, see the tests).
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "smece", "Smooth ECE (smECE)", Formula = "∫|(1/n) Σ_i (y_i − p_i)·K_σ(t, p_i)| dt at the σ that equals it; K_σ: reflected Gaussian",
    Source = "Błasiok & Nakkiran, ICLR 2024, arXiv 2309.12236", Test = "SmoothCalibrationErrorTests", Note = "The width is at least 1e-4.")]
[Reference(ReferenceKind.Measure, "smece-width", "Bandwidth of the smooth ECE", Formula = "σ with smECE_σ = σ",
    Source = "Błasiok & Nakkiran, ICLR 2024, arXiv 2309.12236", Test = "SmoothCalibrationErrorTests")]
public sealed class SmoothCalibrationError : CalibrationMeasure
{
    /// <summary>Smallest width that is searched.</summary>
    public const double SmallestWidth = 1e-4;

    private const int CoarseLevels = 14;
    private const int FineLevels = 18;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["smece", "smece-width"];

    /// <summary>Smooth ECE of the top label.</summary>
    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
    {
        var error = Of(evidence.Confidence);
        return [error.Value, error.Bandwidth];
    }

    /// <summary>Smooth ECE.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <returns>The error and its width.</returns>
    public static SmoothError Of(ConfidenceSample sample)
    {
        if (sample.Pixels == 0)
            return new(double.NaN, double.NaN);
        var series = Residuals(sample, CoarseLevels);
        var middle = 4 * series.SmallestWidth;
        if (FixedPoint(series, middle, 1) is { } found)
            return found;
        series = Residuals(sample, FineLevels);
        return FixedPoint(series, SmallestWidth, middle) ?? new(Integral(series.Smoothed(SmallestWidth)), SmallestWidth);
    }

    /// <summary>The error at a width of one's own choice.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <param name="width">Width of the Gaussian, at least <see cref="SmallestWidth"/>.</param>
    /// <returns>A number in [0, 1], NaN without pixels.</returns>
    public static double At(ConfidenceSample sample, double width)
    {
        if (!(width >= SmallestWidth) || double.IsInfinity(width))
            throw new ArgumentOutOfRangeException(nameof(width), width, $"The width must be finite and at least {SmallestWidth}.");
        return sample.Pixels == 0 ? double.NaN : Integral(Residuals(sample, FineLevels).Smoothed(width));
    }

    private static CosineSeries Residuals(ConfidenceSample sample, int levels)
    {
        var masses = new double[sample.Groups];
        for (var i = 0; i < masses.Length; i++)
            masses[i] = (sample.CorrectCount[i] - sample.Value[i] * sample.Count[i]) / sample.Pixels;
        return new CosineSeries(sample.Value, masses, levels);
    }

    // smECE_σ − σ falls with σ; null when it is negative already at the lower end.
    private static SmoothError? FixedPoint(CosineSeries series, double lower, double upper)
    {
        double Excess(double width) => Integral(series.Smoothed(width)) - width;
        if (Excess(lower) < 0)
            return null;
        // The last digits of the two grids differ: a root right at their border.
        if (Excess(upper) > 0)
            return new(Integral(series.Smoothed(upper)), upper);
        var width = Brent.FindRoot(Excess, lower, upper, 1e-12, 200);
        return new(Integral(series.Smoothed(width)), width);
    }

    // The trapezoid rule is as good as exact for the smoothed function itself, whose odd derivatives vanish at 0 and 1. Its absolute value
    // has kinks; each adds −2|g'|h²·B₂(θ)/2 to the rule's result, where θ is its place between two points and B₂ = θ² − θ + 1/6.
    private static double Integral(double[] values)
    {
        var n = values.Length - 1;
        double sum = (Math.Abs(values[0]) + Math.Abs(values[n])) / 2;
        for (var j = 1; j < n; j++)
            sum += Math.Abs(values[j]);
        for (var j = 0; j < n; j++)
        {
            var (here, next) = (values[j], values[j + 1]);
            if (here * next < 0)
            {
                var place = here / (here - next);
                sum += Math.Abs(next - here) * (place * place - place + 1.0 / 6);
            }
        }

        return sum / n;
    }
}
