namespace MarginNotebooks.Losses;

/// <summary>What <see cref="CracLoss"/> constrains at each pixel and class.</summary>
public enum CracConstraint
{
    /// <summary>
    /// As in the authors' code: <c>h_k = |m·τ_k - l_k|</c> inside a region and <c>|τ_k - l_k|</c> on its boundary, τ the class proportions
    /// in the 3-wide neighbourhood.
    /// </summary>
    Proportions,

    /// <summary>
    /// Logit distances as in MbLS and in class-adaptive label smoothing (Liu et al., CVPR 2023, arXiv 2211.15088): <c>h_k = max_j l_j - l_k -
    /// m</c>; regions decide on the multiplier only.
    /// </summary>
    LogitDistances,
}
