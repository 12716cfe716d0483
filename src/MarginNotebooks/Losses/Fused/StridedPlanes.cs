using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Where the values of a CPU tensor (B, C, *S) lie: first address and steps, with the spatial axes taken as one.</summary>
/// <param name="Address">Of the first value.</param>
/// <param name="Sample">Values from a sample to the next.</param>
/// <param name="Class">Values from a class to the next.</param>
/// <param name="Pixel">Values from a pixel to the next.</param>
internal readonly record struct StridedPlanes(nint Address, long Sample, long Class, long Pixel)
{
    /// <summary>The tensor itself where its spatial axes have one common step, as in contiguous and channels-last order; else a copy.</summary>
    public static Tensor Regular(Tensor tensor) => Step(tensor) is null ? tensor.contiguous() : tensor;

    /// <summary>Fresh memory in the tensor's order where that is regular, row-major otherwise.</summary>
    public static Tensor EmptyLike(Tensor tensor)
    {
        var like = empty_like(tensor);
        return Step(like) is null ? empty(tensor.shape, tensor.dtype) : like;
    }

    /// <summary>Reads the layout of a tensor made by <see cref="Regular"/>, which must outlive the result.</summary>
    public static unsafe StridedPlanes Of(Tensor tensor)
    {
        if (tensor.numel() == 0)
            return default;
        // One value's view: a span over all of a large tensor would be too long.
        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        fixed (byte* address = first.bytes)
            return new((nint)address, tensor.stride(0), tensor.stride(1), Step(tensor)!.Value);
    }

    /// <summary>Reads pixels of one sample and class.</summary>
    /// <param name="sample">Number of the sample.</param>
    /// <param name="index">Number of the class.</param>
    /// <param name="start">First pixel.</param>
    /// <param name="offsets">Which pixels, counted from the first; empty for consecutive ones.</param>
    /// <param name="to">Receives as many values as it is long.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Read<T>(int sample, int index, long start, ReadOnlySpan<int> offsets, Span<T> to)
        where T : unmanaged
    {
        var from = (T*)Address + sample * Sample + index * Class + start * Pixel;
        if (!offsets.IsEmpty)
            for (var i = 0; i < to.Length; i++)
                to[i] = from[offsets[i] * Pixel];
        else if (Pixel == 1)
            new Span<T>(from, to.Length).CopyTo(to);
        else
            for (var i = 0; i < to.Length; i++, from += Pixel)
                to[i] = *from;
    }

    private static long? Step(Tensor tensor)
    {
        var (shape, stride) = (tensor.shape, tensor.stride());
        long? step = null;
        long extent = 1;
        for (var axis = shape.Length - 1; axis >= 2; axis--)
        {
            if (shape[axis] == 1)
                continue;
            step ??= stride[axis];
            if (stride[axis] != step * extent)
                return null;
            extent *= shape[axis];
        }

        return step ?? 1;
    }
}
