using System.Numerics.Tensors;
using System.Runtime.InteropServices;

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
        var row = axes[^1];
        for (var start = 0; start < result.Length; start += row)
        {
            var first = Math.Min(First(result.AsSpan(start, row)), First(reference.AsSpan(start, row)));
            if (first == row)
                continue;
            var last = Math.Max(result.AsSpan(start, row).LastIndexOf(true), reference.AsSpan(start, row).LastIndexOf(true));
            Widen(axes.Length - 1, first, last);
            for (int axis = axes.Length - 2, rest = start / row; axis >= 0; rest /= axes[axis--])
                Widen(axis, rest % axes[axis], rest % axes[axis]);
        }

        var box = axes.Select((_, axis) => Math.Max(0, high[axis] - low[axis])).ToArray();
        return new MaskBox(box, Cut(result), Cut(reference));

        void Widen(int axis, int first, int last)
        {
            low[axis] = Math.Min(low[axis], first);
            high[axis] = Math.Max(high[axis], last + 1);
        }

        bool[] Cut(bool[] mask)
        {
            var cut = new bool[box.Aggregate(1, (product, size) => product * size)];
            for (var start = 0; start < cut.Length; start += box[^1])
            {
                int source = low[^1], stride = row;
                for (int axis = axes.Length - 2, rest = start / box[^1]; axis >= 0; rest /= box[axis], stride *= axes[axis], axis--)
                    source += (rest % box[axis] + low[axis]) * stride;
                mask.AsSpan(source, box[^1]).CopyTo(cut.AsSpan(start));
            }

            return cut;
        }

        static int First(ReadOnlySpan<bool> row) => row.IndexOf(true) is >= 0 and var at ? at : row.Length;
    }

    /// <summary>Voxels of a mask with a face neighbour outside of it; outside of the array counts as background.</summary>
    internal bool[] Surface(bool[] mask)
    {
        // Inside: itself and both neighbours along every axis; a shift along an axis is one of whole pieces of memory.
        var inside = (bool[])mask.Clone();
        for (int axis = Shape.Length - 1, stride = 1; axis >= 0; stride *= Shape[axis--])
        {
            var line = Shape[axis] * stride;
            for (var start = 0; start < mask.Length; start += line)
            {
                var from = Bytes(mask).Slice(start, line);
                var to = Bytes(inside).Slice(start, line);
                TensorPrimitives.BitwiseAnd(to[..^stride], from[stride..], to[..^stride]);
                TensorPrimitives.BitwiseAnd(to[stride..], from[..^stride], to[stride..]);
                to[..stride].Clear();
                to[^stride..].Clear();
            }
        }

        TensorPrimitives.Xor(Bytes(mask), Bytes(inside), Bytes(inside));
        return inside;
    }

    private static Span<byte> Bytes(bool[] mask) => MemoryMarshal.AsBytes(mask.AsSpan());
}
