using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Thresholded adaptive calibration error: class-wise, equal-mass bins, and only probabilities that are not negligible.</summary>
/// <remarks>
/// <c>TACE = (1/K) Σ_k Σ_b (n_kb/n_k)·|freq_kb − conf_kb|</c> over B equal-mass bins of the n_k probabilities of class k above ε = 10⁻³.
/// Source: Nixon et al., CVPR Workshops 2019 (arXiv 1904.01685). They weigh every bin with 1/B, which is n_kb/n_k for bins of equal mass;
/// here equal probabilities are never split, so bins can differ, and the weight is the mass. A class none of whose probabilities is above ε
/// is NaN, counted and left out of the mean. The adaptive class-wise error without a threshold (their ACE) is <c>ace-classwise</c>.
/// </remarks>
[Reference(ReferenceKind.Measure, "tace", "Thresholded adaptive calibration error (TACE)", Formula = "mean_k Σ_b (n_kb/n_k)·|freq_kb − conf_kb|, equal-mass bins of p_k > 1e-3",
    Source = "Nixon et al. 2019, arXiv 1904.01685", Test = "ClasswiseMeasuresTests", Note = "Ties are never split; bins weigh by their mass.")]
[Reference(ReferenceKind.Measure, "ace-classwise", "Class-wise adaptive calibration error (Nixon's ACE)", Formula = "mean_k Σ_b (n_kb/n)·|freq_kb − conf_kb|, equal-mass bins",
    Source = "Nixon et al. 2019, arXiv 1904.01685", Test = "ClasswiseMeasuresTests", Note = "Classes without a true pixel are left out.")]
public sealed class ThresholdedAdaptiveError : CalibrationMeasure
{
    /// <summary>The threshold ε of the paper.</summary>
    public const double PublishedThreshold = 1e-3;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["tace", "ace-classwise"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) =>
    [
        Of(evidence.Probability, evidence.Rules.AdaptiveBins).Mean,
        Adaptive(evidence.Probability, evidence.Rules.AdaptiveBins).Mean,
    ];

    /// <summary>The thresholded error of each class.</summary>
    /// <param name="classes">Probabilities of each class, class 0 first; correct means that the pixel truly is of the class.</param>
    /// <param name="bins">Number of equal-mass bins.</param>
    /// <param name="threshold">Probabilities at or below it are left out.</param>
    /// <returns>Errors in [0, 1]; NaN where a class has no probability above the threshold.</returns>
    public static ClasswiseSummary Of(IReadOnlyList<ConfidenceSample> classes, int bins, double threshold = PublishedThreshold) =>
        new([.. classes.Select(sample => CalibrationErrors.Expected(sample.Above(threshold).EqualMass(bins)))]);

    /// <summary>The adaptive error of each class.</summary>
    /// <param name="classes">Probabilities of each class.</param>
    /// <param name="bins">Number of equal-mass bins.</param>
    /// <returns>Errors in [0, 1]; NaN where the class has no true pixel.</returns>
    public static ClasswiseSummary Adaptive(IReadOnlyList<ConfidenceSample> classes, int bins) =>
        new([.. classes.Select(sample => sample.Correct > 0 ? CalibrationErrors.Expected(sample.EqualMass(bins)) : double.NaN)]);
}
