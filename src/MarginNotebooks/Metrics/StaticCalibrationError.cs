using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Static calibration error: each class's probability against how often the class occurs, in equal-width bins.</summary>
/// <remarks>
/// <c>SCE = (1/K) Σ_k Σ_b (n_kb/n)·|freq_kb − conf_kb|</c>. Source: Nixon et al., CVPR Workshops 2019 (arXiv 1904.01685). The same sum as
/// the class-wise ECE (<see cref="ClasswiseCalibrationError"/>), with one difference here: a class without a single true pixel is NaN,
/// counted and left out of the mean, where the class-wise ECE by the sound rules counts the probability that it got. With all classes
/// present the two are equal.
/// </remarks>
[Reference(ReferenceKind.Measure, "sce", "Static calibration error (SCE)", Formula = "mean over present classes k of Σ_b (n_kb/n)·|freq_kb − conf_kb|, equal-width bins",
    Source = "Nixon et al. 2019, arXiv 1904.01685", Test = "ClasswiseMeasuresTests", Note = "Absent classes are left out and counted.")]
[Reference(ReferenceKind.Measure, "absent-classes", "Classes without a pixel in the reference", Formula = "number of k with no y_i = k",
    Source = "this kit", Test = "ClasswiseMeasuresTests")]
public sealed class StaticCalibrationError : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["sce", "absent-classes"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
    {
        var summary = Of(evidence.PerClass, evidence.Pixels);
        return [summary.Mean, summary.Absent];
    }

    /// <summary>The error of each class.</summary>
    /// <param name="classes">Sums of each class, class 0 first; correct means that the pixel truly is of the class.</param>
    /// <param name="pixels">Number of pixels n.</param>
    /// <returns>Errors in [0, 1]; NaN where the class is absent.</returns>
    public static ClasswiseSummary Of(IReadOnlyList<BinSums> classes, long pixels) =>
        new([.. classes.Select(bins => bins.Correct.Sum() > 0 ? CalibrationErrors.Expected(bins, pixels) : double.NaN)]);
}
