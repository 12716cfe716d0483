using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Targets from how often each class occurs around a pixel: mean, max, min, median and mode.</summary>
/// <remarks>All five follow from the class counts, a box sum built axis by axis; counts are small whole numbers, exact in floating
/// point.</remarks>
internal static class LabelCounts
{
    /// <returns>(B, C, *S).</returns>
    public static Tensor Targets(Neighbourhood neighbourhood, PixelBatch batch)
    {
        using var scope = NewDisposeScope();
        var counts = Count(neighbourhood, batch);
        var chosen = neighbourhood.Operator switch
        {
            NeighbourhoodOperator.Mean => null,
            // argmax finds the first of equal values: the smallest class present, the largest one from behind, the most frequent.
            NeighbourhoodOperator.Min => (counts > 0).to(counts.dtype).argmax(1, keepdim: true),
            NeighbourhoodOperator.Max => batch.Classes - 1 - (counts > 0).to(counts.dtype).flip(1).argmax(1, keepdim: true),
            NeighbourhoodOperator.Mode => counts.argmax(1, keepdim: true),
            // The lower median is the first class up to which at least half of the labels lie.
            NeighbourhoodOperator.Median =>
                (counts.cumsum(1) * 2 >= counts.sum(1, keepdim: true)).to(counts.dtype).argmax(1, keepdim: true),
            var other => throw new ArgumentOutOfRangeException(nameof(neighbourhood), other, $"'{other}' is no operator on label counts."),
        };
        var targets = chosen is null
            ? counts / counts.sum(1, keepdim: true).clamp_min_(1)
            : (chosen == batch.ClassNumbers(batch.SpatialRank)).to(counts.dtype);
        return targets.MoveToOuterDisposeScope();
    }

    private static Tensor Count(Neighbourhood neighbourhood, PixelBatch batch)
    {
        var repeated = neighbourhood.Border == NeighbourhoodBorder.Repeated;
        var counts = Box(batch.OneHot, neighbourhood.KernelSize, repeated);
        if (!repeated && batch.IgnoreIndex != 0)
        {
            long[] one = [1, 1, .. batch.Labels.shape[1..]];
            var inside = Box(ones(one, dtype: counts.dtype, device: counts.device), neighbourhood.KernelSize, repeated: false);
            counts.narrow(1, 0, 1).add_(Math.Pow(neighbourhood.KernelSize, batch.SpatialRank) - inside);
        }
        return counts;
    }

    private static Tensor Box(Tensor x, int width, bool repeated)
    {
        for (var axis = 2; axis < x.dim(); axis++)
        {
            var length = x.shape[axis];
            var padded = SpatialShift.Pad(x, axis, width / 2, repeated);
            x = padded.narrow(axis, 0, length).clone();
            for (var i = 1; i < width; i++)
                x.add_(padded.narrow(axis, i, length));
        }
        return x;
    }
}
