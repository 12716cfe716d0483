using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>Matrix scaling: an affine map of the logits, with the off-diagonal and intercept regularisation ODIR.</summary>
/// <remarks>
/// <para>
/// <c>softmax(W l + b)</c>; minimised is <c>mean −log p_y + λ · 1/(C(C−1)) Σ_{i≠j} w_ij² + μ · 1/C Σ_k b_k²</c>. Sources: matrix
/// scaling, Guo et al., ICML 2017, arXiv 1706.04599; ODIR, Kull et al., "Beyond temperature scaling", NeurIPS 2019, arXiv 1910.12656.
/// How it is fitted: <see cref="AffineCalibrator"/>.
/// </para>
/// <para>
/// Kull et al. choose λ and μ by cross-validation. Pixels of one patient are too alike for that to mean much; the fixed values here are
/// this kit's choice: they make the minimum unique and are small beside the likelihood of the many pixels of a segmentation.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Calibrator, "matrix", "Matrix scaling with ODIR",
    Formula = "softmax(W l + b), argmin mean -log p_y + λ/(C(C-1)) Σ_{i≠j} w_ij² + μ/C Σ b_k²",
    Source = "Guo et al., ICML 2017, arXiv 1706.04599; ODIR: Kull et al., NeurIPS 2019, arXiv 1910.12656", Test = "MatrixScalingTests",
    Note = "May change the predicted class. λ = μ = 0.001 by default, this kit's choice; Kull et al. cross-validate.")]
public sealed class MatrixScaling : AffineCalibrator
{
    /// <summary>λ: weight of the mean square of W off its diagonal.</summary>
    public double Lambda { get; init; } = 1e-3;

    /// <summary>μ: weight of the mean square of b.</summary>
    public double Mu { get; init; } = 1e-3;

    private protected override bool OffDiagonal => true;

    private protected override double WeightPenalty => Odir.Checked(Lambda, nameof(Lambda));

    private protected override double OffsetPenalty => Odir.Checked(Mu, nameof(Mu));
}
