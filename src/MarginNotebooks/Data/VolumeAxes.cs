namespace MarginNotebooks.Data;

/// <summary>Between the axis order of a file and that of memory.</summary>
internal static class VolumeAxes
{
    /// <summary>The volume that a file's extents mean.</summary>
    public static (int Channels, int Depth, int Height, int Width) ShapeOf(int[] dims, AxisOrder order, string what) => (order, dims) switch
    {
        (AxisOrder.DepthHeightWidth, [var d, var h, var w]) => (1, d, h, w),
        (AxisOrder.HeightWidthDepth, [var h, var w, var d]) => (1, d, h, w),
        (AxisOrder.ChannelDepthHeightWidth, [var c, var d, var h, var w]) => (c, d, h, w),
        (AxisOrder.ChannelDepthHeightWidth, [var d, var h, var w]) => (1, d, h, w),
        _ => throw new InvalidDataException(
            $"{what} has {dims.Length} axes ({string.Join(", ", dims)}); {order} has {(order == AxisOrder.ChannelDepthHeightWidth ? "3 or 4" : "3")}."),
    };

    /// <summary>The extents of a file that holds a volume.</summary>
    public static ulong[] FileDims(AxisOrder order, int channels, int depth, int height, int width, string id)
    {
        var (c, d, h, w) = ((ulong)channels, (ulong)depth, (ulong)height, (ulong)width);
        return order switch
        {
            AxisOrder.ChannelDepthHeightWidth => [c, d, h, w],
            _ when channels != 1 => throw new ArgumentException(
                $"Case '{id}' has {channels} channels; the axis order {order} has none. Use {nameof(AxisOrder.ChannelDepthHeightWidth)}."),
            AxisOrder.HeightWidthDepth => [h, w, d],
            _ => [d, h, w],
        };
    }

    /// <summary>Chunks of about a quarter of a million numbers: whole volumes when small, slabs along the first axes when not.</summary>
    public static uint[] Chunks(ulong[] dims)
    {
        const ulong Most = 1 << 18;
        var chunks = dims.Select(extent => (uint)extent).ToArray();
        for (var axis = 0; axis < chunks.Length; axis++)
        {
            var others = chunks.Where((_, i) => i != axis).Aggregate(1UL, (product, extent) => product * extent);
            if (others * chunks[axis] <= Most)
                break;
            chunks[axis] = (uint)Math.Clamp(Most / others, 1, chunks[axis]);
        }
        return chunks;
    }

    /// <summary>From file order to <c>(C, D, H, W)</c>.</summary>
    public static T[] ToMemory<T>(T[] values, AxisOrder order, int depth, int height, int width) =>
        order == AxisOrder.HeightWidthDepth ? Transpose(values, height * width, depth) : values;

    /// <summary>From <c>(C, D, H, W)</c> to file order.</summary>
    public static T[] ToFile<T>(T[] values, AxisOrder order, int depth, int height, int width) =>
        order == AxisOrder.HeightWidthDepth ? Transpose(values, depth, height * width) : values;

    // (rows, columns) to (columns, rows), in blocks that stay in the cache.
    private static T[] Transpose<T>(T[] values, int rows, int columns)
    {
        const int Block = 32;
        var result = GC.AllocateUninitializedArray<T>(values.Length);
        for (var r0 = 0; r0 < rows; r0 += Block)
            for (var c0 = 0; c0 < columns; c0 += Block)
                for (var r = r0; r < Math.Min(r0 + Block, rows); r++)
                    for (var c = c0; c < Math.Min(c0 + Block, columns); c++)
                        result[c * rows + r] = values[r * columns + c];
        return result;
    }
}
