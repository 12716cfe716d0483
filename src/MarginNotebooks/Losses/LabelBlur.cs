using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>
/// Spatial Gaussian whose centre weighs as much as all neighbours together, applied to one-hot labels in any number of dimensions.
/// </summary>
/// <remarks>
/// <para>A pixel's target is <c>(x + a·n) / (1 + a)</c>: x its one-hot label, n the neighbours' Gaussian-weighted mean label (borders
/// repeated), a = 1 for <see cref="GaussianCentre.NeighbourSum"/>.</para>
/// <para>n is built axis by axis, k - 1 shifted additions each instead of k^rank - 1 in all: with F the full blur of the axes so far and
/// N its part without the centre, <c>N' = Σ_{i≠0} g_i·shift_i(F) + N</c> and <c>F' = x + N'</c> for <c>g_0 = 1</c>. N is kept divided by
/// g_1, so that no σ is too small; no difference of large numbers is ever taken. (The authors compute <c>1 - g</c> in float32 and lose
/// the neighbours below σ ≈ 0.3.)</para>
/// </remarks>
internal sealed class LabelBlur
{
    private readonly double nearest; // g_1
    private readonly double[] relative; // g_i / g_1 for i = 1 … radius
    private readonly double neighbourSum; // Σ of all neighbours' g / g_1
    private readonly double centreShare; // 1 / (1 + a)
    private readonly int radius;

    public LabelBlur(int spatialRank, int kernelSize, double sigma, GaussianCentre centre)
    {
        radius = Hyper.OddKernel(kernelSize) / 2;
        var exponent = 1 / (2 * Hyper.Positive(sigma) * sigma);
        nearest = Math.Exp(-exponent);
        relative = [.. Enumerable.Range(1, radius).Select(i => Math.Exp(-(i * i - 1) * exponent))];
        for (var axis = 0; axis < spatialRank; axis++)
            neighbourSum += 2 * relative.Sum() * (1 + nearest * neighbourSum);
        var neighbourShare = 1.0;
        if (centre == GaussianCentre.AuthorsCode)
        {
            // Element [1, 1, …] lies radius - 1 away from the centre along every axis.
            var total = 1 + nearest * neighbourSum;
            var misread = Math.Exp(-spatialRank * (radius - 1) * (radius - 1) * exponent);
            neighbourShare = radius == 1 ? 1 : (total - 1) / (total - misread);
        }
        centreShare = 1 / (1 + neighbourShare);
    }

    /// <summary>g_1.</summary>
    public double Nearest => nearest;

    /// <summary>g_i / g_1 for i = 1 … radius.</summary>
    public IReadOnlyList<double> Relative => relative;

    /// <summary>Weight of the pixel's own label.</summary>
    public double CentreShare => centreShare;

    /// <summary>Weight of the neighbours' sum, which is kept divided by g_1.</summary>
    public double NeighbourFactor => (1 - centreShare) / neighbourSum;

    /// <summary>
    /// Blurred labels; no gradient. Ignored pixels (all zeros in the one-hot) count nowhere and the rest is renormalised.
    /// </summary>
    /// <param name="oneHot">(B, C, *S), of the wanted floating type.</param>
    /// <param name="hasIgnored">Whether some pixels have no class.</param>
    /// <returns>(B, C, *S); each counted pixel sums to 1.</returns>
    public Tensor Apply(Tensor oneHot, bool hasIgnored)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var neighbours = zeros_like(oneHot);
        for (var axis = 2; axis < oneHot.dim(); axis++)
        {
            var length = oneHot.shape[axis];
            var full = axis == 2 ? oneHot : oneHot.add(neighbours, alpha: nearest);
            var padded = SpatialShift.Pad(full, axis, radius, repeated: true);
            for (var i = 1; i <= radius; i++)
            {
                neighbours.add_(padded.narrow(axis, radius - i, length), alpha: relative[i - 1]);
                neighbours.add_(padded.narrow(axis, radius + i, length), alpha: relative[i - 1]);
            }
        }
        var blurred = (oneHot * centreShare).add_(neighbours, alpha: (1 - centreShare) / neighbourSum);
        if (hasIgnored)
            blurred.div_(blurred.sum(1, keepdim: true).clamp_min_(1e-30));
        return blurred.MoveToOuterDisposeScope();
    }
}
