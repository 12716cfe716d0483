using System.Numerics;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>The targets of <see cref="BoundaryShares"/> on a CPU, a sample at a time, on planes of bytes.</summary>
/// <remarks>Planes have a rim, so that a step along any axis is one shift of the whole plane's memory.</remarks>
internal static unsafe class BoundaryKernel
{
    private const int MostAxes = 5; // a byte counts 3^5 neighbours

    public static Tensor Targets<T>(PixelBatch batch)
        where T : unmanaged, INumber<T>
    {
        if (batch.SpatialRank > MostAxes)
            throw new ArgumentException($"At most {MostAxes} spatial axes can be looked around in, but the logits have shape {LabelCheck.Text(batch.Logits)}.");
        using var scope = NewDisposeScope();
        var (labels, shape) = (batch.RawLabels.contiguous(), batch.Logits.shape);
        var targets = empty(shape, batch.Logits.dtype);
        if (targets.numel() > 0)
        {
            var grid = RimmedGrid.For(shape[2..], 1, repeated: false);
            var mirror = Mirror(grid, shape[2..]);
            var (classes, pixels, ignored) = ((int)batch.Classes, grid.Pixels, batch.IgnoreIndex);
            var from = StridedPlanes.Of(labels.reshape(1, 1, -1)).Address;
            var to = StridedPlanes.Of(targets.reshape(1, 1, -1)).Address;
            OrderedParallel.For((int)shape[0], () => new Planes(classes, grid.Cells), (b, planes) => Sample(
                new ReadOnlySpan<long>((long*)from + (long)b * pixels, pixels), ignored, grid, mirror, planes,
                new Span<T>((T*)to + (long)b * classes * pixels, classes * pixels)));
        }

        return targets.MoveToOuterDisposeScope();
    }

    private static void Sample<T>(
        ReadOnlySpan<long> labels, long? ignored, RimmedGrid grid, int[] mirror, Planes planes, Span<T> targets)
        where T : unmanaged, INumber<T>
    {
        var classes = planes.Result.Length;
        Array.Clear(planes.Counted);
        foreach (var plane in planes.Result)
            Array.Clear(plane);
        for (var cell = 0; cell < grid.Source.Length; cell++)
            if (grid.Source[cell] >= 0 && labels[grid.Source[cell]] is var label && (ulong)label < (ulong)classes && label != ignored)
                planes.Counted[cell] = planes.Result[label][cell] = 1;

        Array.Clear(planes.Sum);
        foreach (var plane in planes.Result)
        {
            TensorPrimitives.Subtract<byte>(planes.Counted, plane, planes.Others);
            Spread(plane, planes.Work, grid);
            Spread(planes.Others, planes.Work, grid);
            TensorPrimitives.BitwiseAnd<byte>(plane, planes.Others, plane);
            TensorPrimitives.BitwiseAnd<byte>(plane, planes.Counted, plane); // empties the rim too
            for (var cell = 0; cell < mirror.Length; cell += 2)
                plane[mirror[cell]] = plane[mirror[cell + 1]];
            foreach (var stride in grid.Strides)
            {
                plane.CopyTo(planes.Work, 0);
                var n = plane.Length - stride;
                TensorPrimitives.Add<byte>(planes.Work.AsSpan(stride), plane.AsSpan(0, n), plane.AsSpan(0, n));
                TensorPrimitives.Add<byte>(planes.Work.AsSpan(0, n), plane.AsSpan(stride), plane.AsSpan(stride));
            }

            for (var cell = 0; cell < plane.Length; cell++)
                planes.Sum[cell] += plane[cell];
        }

        for (var k = 0; k < classes; k++)
        {
            var target = targets.Slice(k * grid.Pixels, grid.Pixels);
            grid.CopyInterior<byte>(planes.Result[k], planes.Pixels.AsSpan(0, grid.Pixels));
            grid.CopyInterior<int>(planes.Sum, planes.Divisors.AsSpan(0, grid.Pixels));
            for (var i = 0; i < target.Length; i++)
                target[i] = planes.Pixels[i] == 0 ? T.Zero : T.CreateTruncating(planes.Pixels[i]) / T.CreateTruncating(planes.Divisors[i]);
        }
    }

    /// <summary>Puts ones beside every one, along every axis.</summary>
    private static void Spread(byte[] plane, byte[] work, RimmedGrid grid)
    {
        foreach (var stride in grid.Strides)
        {
            plane.CopyTo(work, 0);
            var n = plane.Length - stride;
            TensorPrimitives.BitwiseOr<byte>(work.AsSpan(stride), plane.AsSpan(0, n), plane.AsSpan(0, n));
            TensorPrimitives.BitwiseOr<byte>(work.AsSpan(0, n), plane.AsSpan(stride), plane.AsSpan(stride));
        }
    }

    /// <summary>Cells of the rim and the cell that each shows in a mirror at the edge pixels, one after the other.</summary>
    private static int[] Mirror(RimmedGrid grid, long[] space)
    {
        List<int> pairs = [];
        for (var cell = 0; cell < grid.Cells; cell++)
        {
            if (grid.Source[cell] >= 0)
                continue;
            var (shown, rest) = (0, cell);
            for (var axis = 0; axis < space.Length; axis++)
            {
                var at = rest / grid.Strides[axis] - 1;
                rest %= grid.Strides[axis];
                var last = (int)space[axis] - 1;
                at = at < 0 ? Math.Min(1, last) : at > last ? Math.Max(0, last - 1) : at;
                shown += (at + 1) * grid.Strides[axis];
            }

            pairs.AddRange([cell, shown]);
        }

        return [.. pairs];
    }

    private sealed class Planes(int classes, int cells)
    {
        public byte[][] Result { get; } = [.. Enumerable.Range(0, classes).Select(_ => new byte[cells])];

        public byte[] Counted { get; } = new byte[cells];

        public byte[] Others { get; } = new byte[cells];

        public byte[] Work { get; } = new byte[cells];

        public int[] Sum { get; } = new int[cells];

        public byte[] Pixels { get; } = new byte[cells];

        public int[] Divisors { get; } = new int[cells];
    }
}
