using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary>Vector scaling: each logit gets a factor and an offset of its own.</summary>
/// <remarks>
/// <c>softmax(w ⊙ l + b)</c>, maximum likelihood without a penalty. Source: Guo et al., "On Calibration of Modern Neural Networks",
/// ICML 2017, arXiv 1706.04599, section 4.2. How it is fitted: <see cref="AffineCalibrator"/>.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "vector", "Vector scaling",
    Formula = "softmax(w_k l_k + b_k), (w, b) = argmin mean -log p_y",
    Source = "Guo et al., ICML 2017, arXiv 1706.04599", Test = "VectorScalingTests",
    Note = "May change the predicted class.")]
public sealed class VectorScaling : AffineCalibrator;
