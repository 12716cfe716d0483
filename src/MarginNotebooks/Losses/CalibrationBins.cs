using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>
/// Differentiable reliability tables: for each sample, class and bin, the total weight and the weighted sums of probabilities and labels.
/// </summary>
/// <param name="Weight">(B, C', bins).</param>
/// <param name="Probability">(B, C', bins), with gradient.</param>
/// <param name="Label">(B, C', bins), sums of the 0/1 labels of the class.</param>
internal sealed record CalibrationBins(Tensor Weight, Tensor Probability, Tensor Label)
{
    /// <summary>Each pixel in one bin (lower, upper]; 0 belongs to the first.</summary>
    public static CalibrationBins Hard(PixelBatch batch, int bins, Background background)
    {
        var (p, t, w) = Flatten(batch, background);
        var edges = Edges(bins, p.dtype, p.device);
        var bin = p.detach().bucketize(edges.narrow(0, 1, bins - 1));
        var none = zeros([p.shape[0], p.shape[1], bins], p.dtype, p.device);
        return new(none.scatter_add(2, bin, w), none.scatter_add(2, bin, w * p), none.scatter_add(2, bin, w * t));
    }

    /// <summary>Bin edges; the last one lies one rounding step above 1, as in the original.</summary>
    public static Tensor Edges(int bins, ScalarType type, Device device) =>
        linspace(0, 1 + float.BitIncrement(1) - 1, bins + 1, dtype: type, device: device);

    /// <summary>Each pixel on the two nearest bin centres, linearly; beyond the outer centres on the outer bin alone.</summary>
    public static CalibrationBins Soft(PixelBatch batch, int bins, Background background)
    {
        var (p, t, w) = Flatten(batch, background);
        var position = p * bins - 0.5;
        var below = position.detach().floor();
        var upperShare = (position - below) * w;
        var lowerShare = w - upperShare;
        // NaN probabilities have no bin number of their own; any will do, their NaN shares reach the loss.
        var lower = below.nan_to_num(0, bins, 0).clamp_min(0).to(ScalarType.Int64);
        var upper = (below + 1).nan_to_num(0, bins, 0).clamp_max(bins - 1).to(ScalarType.Int64);
        var none = zeros([p.shape[0], p.shape[1], bins], p.dtype, p.device);
        Tensor Split(Tensor value) => none.scatter_add(2, lower, lowerShare * value).scatter_add(2, upper, upperShare * value);
        return new(none.scatter_add(2, lower, lowerShare).scatter_add(2, upper, upperShare), Split(p), Split(t));
    }

    /// <summary>Mean over samples and classes of the mean gap |mean probability - mean label| over the bins that hold enough.</summary>
    /// <param name="leastWeight">Bins with less weight are skipped.</param>
    /// <param name="absent">Whether classes without a pixel in a sample contribute their gap; they stay in the mean either way.</param>
    public Tensor MeanGap(double leastWeight, AbsentClass absent)
    {
        // A NaN weight is not "less", so it stays and reaches the loss.
        var skipped = Weight.detach() < leastWeight;
        // Skipped bins divide by 1, so that neither value nor gradient can become NaN there.
        var gap = ((Probability - Label) / Weight.masked_fill(skipped, 1)).abs().masked_fill(skipped, 0);
        var perClass = gap.sum(2) / skipped.logical_not().sum(2).clamp_min(1);
        if (absent == AbsentClass.Skipped)
            perClass = perClass.masked_fill(Label.sum(2) == 0, 0);
        return perClass.sum() / Math.Max(1, perClass.numel());
    }

    /// <summary>Probabilities, 0/1 labels and 0/1 weights (B, C', pixels).</summary>
    private static (Tensor Probabilities, Tensor Labels, Tensor Weights) Flatten(PixelBatch batch, Background background)
    {
        var p = batch.Scored(batch.Probabilities, background).flatten(2);
        var t = batch.Scored(batch.OneHot, background).flatten(2);
        if (batch.Ignored is null)
            return (p, t, ones_like(p));
        var ignored = batch.Ignored.flatten(1).unsqueeze(1);
        return (p.masked_fill(ignored, 0), t, ignored.logical_not().to(p.dtype).expand(p.shape));
    }
}
