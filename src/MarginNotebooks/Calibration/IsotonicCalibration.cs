using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>Isotonic regression of each class against the rest, then renormalised.</summary>
/// <remarks>
/// For each class the non-decreasing function f_k with the least <c>Σ (f_k(p_k) − [y = k])²</c>; calibrated is <c>f_k(p_k) / Σ_j
/// f_j(p_j)</c>. Between the fitted points f is linear, beyond them constant. Source: Zadrozny and Elkan, "Transforming classifier
/// scores into accurate multiclass probability estimates", KDD 2002. Least probability and absent classes: <see cref="OneVersusRest"/>;
/// the regression: <see cref="PoolAdjacentViolators"/>.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "isotonic", "Isotonic regression, class against rest",
    Formula = "f_k(p_k) / Σ_j f_j(p_j), f_k non-decreasing = argmin Σ (f_k(p_k) - [y = k])²",
    Source = "Zadrozny and Elkan, KDD 2002, doi 10.1145/775047.775151", Test = "IsotonicCalibrationTests",
    Note = "May change the predicted class. Probabilities are raised to 1/(n + 2) before renormalisation.")]
public sealed class IsotonicCalibration : OneVersusRest
{
    private protected override ProbabilityMap FitClass(double[] probabilities, byte[] hits) => PoolAdjacentViolators.Fit(probabilities, hits);

    private protected override ProbabilityMap FromKnots(double[] knots, double[] values) => new LinearProbabilityMap(knots, values);
}
