using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>Dirichlet calibration: an affine map of the log-probabilities, with the off-diagonal and intercept regularisation
/// ODIR.</summary>
/// <remarks>
/// <c>softmax(W ln q + b)</c>, <c>q = softmax(l)</c>: exact when each class's probabilities follow a Dirichlet distribution. Minimised
/// is <c>mean −log p_y + λ · 1/(C(C−1)) Σ_{i≠j} w_ij² + μ · 1/C Σ_k b_k²</c>. Source: Kull et al., "Beyond temperature scaling:
/// Obtaining well-calibrated multi-class probabilities with Dirichlet calibration", NeurIPS 2019, arXiv 1910.12656 (linear
/// parametrisation). ln q is computed from the logits without clipping. Defaults of λ and μ as for <see cref="MatrixScaling"/>; how it
/// is fitted: <see cref="AffineCalibrator"/>.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "dirichlet", "Dirichlet calibration with ODIR",
    Formula = "softmax(W ln q + b), q = softmax(l), argmin mean -log p_y + λ/(C(C-1)) Σ_{i≠j} w_ij² + μ/C Σ b_k²",
    Source = "Kull et al., NeurIPS 2019, arXiv 1910.12656", Test = "DirichletCalibrationTests",
    Note = "May change the predicted class. λ = μ = 0.001 by default, this kit's choice; Kull et al. cross-validate.")]
public sealed class DirichletCalibration : AffineCalibrator
{
    /// <summary>λ: weight of the mean square of W off its diagonal.</summary>
    public double Lambda { get; init; } = 1e-3;

    /// <summary>μ: weight of the mean square of b.</summary>
    public double Mu { get; init; } = 1e-3;

    private protected override bool OfLogProbabilities => true;

    private protected override bool OffDiagonal => true;

    private protected override double WeightPenalty => Odir.Checked(Lambda, nameof(Lambda));

    private protected override double OffsetPenalty => Odir.Checked(Mu, nameof(Mu));
}
