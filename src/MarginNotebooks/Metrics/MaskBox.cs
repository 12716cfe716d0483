namespace MarginNotebooks.Metrics;

/// <summary>Two masks cut to the box around both of them: surfaces and distances between them need nothing outside it.</summary>
internal sealed class MaskBox
{
    private MaskBox(int[] shape, bool[] result, bool[] reference)
    {
        Shape = shape;
        Result = result;
        Reference = reference;
    }

    internal int[] Shape { get; }

    internal bool[] Result { get; }

    internal bool[] Reference { get; }

    internal static MaskBox Around(bool[] result, bool[] reference, ReadOnlySpan<int> shape)
    {
        var axes = shape.ToArray();
        var low = axes.ToArray();
        var high = new int[axes.Length];
        var at = new int[axes.Length];
        for (var i = 0; i < result.Length; i++)
        {
            if (result[i] || reference[i])
            {
                for (int axis = axes.Length - 1, rest = i; axis >= 0; rest /= axes[axis--])
                {
                    at[axis] = rest % axes[axis];
                    low[axis] = Math.Min(low[axis], at[axis]);
                    high[axis] = Math.Max(high[axis], at[axis] + 1);
                }
            }
        }

        var box = axes.Select((_, axis) => Math.Max(0, high[axis] - low[axis])).ToArray();
        return new MaskBox(box, Cut(result), Cut(reference));

        bool[] Cut(bool[] mask)
        {
            var cut = new bool[box.Aggregate(1, (product, size) => product * size)];
            for (var i = 0; i < cut.Length; i++)
            {
                int source = 0, stride = 1;
                for (int axis = axes.Length - 1, rest = i; axis >= 0; rest /= box[axis], stride *= axes[axis], axis--)
                    source += (rest % box[axis] + low[axis]) * stride;
                cut[i] = mask[source];
            }

            return cut;
        }
    }

    /// <summary>Voxels of a mask with a face neighbour outside of it; outside of the array counts as background.</summary>
    internal bool[] Surface(bool[] mask)
    {
        var surface = new bool[mask.Length];
        var strides = new int[Shape.Length];
        for (int axis = Shape.Length - 1, stride = 1; axis >= 0; stride *= Shape[axis--])
            strides[axis] = stride;
        for (var i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            for (var axis = 0; axis < Shape.Length && !surface[i]; axis++)
            {
                var at = i / strides[axis] % Shape[axis];
                surface[i] = at == 0 || at == Shape[axis] - 1 || !mask[i - strides[axis]] || !mask[i + strides[axis]];
            }
        }

        return surface;
    }
}
