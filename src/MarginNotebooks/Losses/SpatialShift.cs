using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Padding of spatial axes, for looking at neighbours in any number of dimensions.</summary>
internal static class SpatialShift
{
    /// <summary>Repeats the first and last slice of an axis.</summary>
    public static Tensor Repeat(Tensor x, long axis, int radius)
    {
        var length = x.shape[axis];
        var ends = Enumerable.Repeat(-1L, (int)x.dim()).ToArray();
        ends[axis] = radius;
        return cat([x.narrow(axis, 0, 1).expand(ends), x, x.narrow(axis, length - 1, 1).expand(ends)], axis);
    }
}
