using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Padding of one spatial axis, for looking at neighbours in any number of dimensions.</summary>
internal static class SpatialShift
{
    /// <summary>Pads with the first and last slice, or with a constant.</summary>
    public static Tensor Pad(Tensor x, long axis, int radius, bool repeated, double value = 0)
    {
        var length = x.shape[axis];
        var ends = x.shape;
        ends[axis] = radius;
        if (repeated && length > 0)
            return cat([x.narrow(axis, 0, 1).expand(ends), x, x.narrow(axis, length - 1, 1).expand(ends)], axis);
        using var constant = full(ends, value, x.dtype, x.device);
        return cat([constant, x, constant], axis);
    }
}
