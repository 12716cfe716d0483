namespace MarginNotebooks.Losses.Fused;

/// <summary>A grid of pixels with a rim on every side, in which a neighbour along any axis is a fixed step in memory away.</summary>
internal sealed class RimmedGrid
{
    private static RimmedGrid? latest; // a training run has one

    private readonly long[] space;
    private readonly bool repeated;
    private readonly int[] size; // with rims

    /// <param name="space">Pixels along each axis, at least one each.</param>
    /// <param name="radius">Width of the rim.</param>
    /// <param name="repeated">Whether the rim repeats the border's pixels; else it is empty.</param>
    public static RimmedGrid For(long[] space, int radius, bool repeated)
    {
        var known = latest;
        return known is not null && known.Radius == radius && known.repeated == repeated && known.space.AsSpan().SequenceEqual(space)
            ? known
            : latest = new RimmedGrid(space, radius, repeated);
    }

    private RimmedGrid(long[] space, int radius, bool repeated)
    {
        (this.space, this.repeated) = (space, repeated);
        Radius = radius;
        size = [.. space.Select(length => checked((int)length + 2 * radius))];
        Strides = new int[size.Length];
        Cells = 1;
        for (var axis = size.Length - 1; axis >= 0; axis--)
        {
            Strides[axis] = Cells;
            Cells = checked(Cells * size[axis]);
        }

        Pixels = (int)space.Aggregate(1L, (product, length) => product * length);
        FirstInterior = Strides.Sum() * radius;
        InteriorSpan = Cells - 2 * FirstInterior;
        Source = new int[Cells];
        for (var cell = 0; cell < Cells; cell++)
            for (int axis = 0, inside = 1; axis < size.Length; axis++)
            {
                var at = cell / Strides[axis] % size[axis] - radius;
                var nearest = Math.Clamp(at, 0, (int)space[axis] - 1);
                inside = repeated || at == nearest ? inside : 0;
                Source[cell] = inside == 0 ? -1 : Source[cell] * (int)space[axis] + nearest;
                if (inside == 0)
                    break;
            }
    }

    public int Radius { get; }

    /// <summary>Memory step along each axis.</summary>
    public int[] Strides { get; }

    /// <summary>Places with the rims.</summary>
    public int Cells { get; }

    /// <summary>Pixels without the rims.</summary>
    public int Pixels { get; }

    /// <summary>The pixel that each cell shows, -1 where none does.</summary>
    public int[] Source { get; }

    /// <summary>Cell of the first pixel.</summary>
    public int FirstInterior { get; }

    /// <summary>Cells from the first to the last pixel.</summary>
    public int InteriorSpan { get; }

    /// <summary>Memory step and squared length of every offset of the neighbourhood, the pixel itself included.</summary>
    public IEnumerable<(int Shift, int SquaredLength)> Offsets
    {
        get
        {
            IEnumerable<(int Shift, int SquaredLength)> offsets = [(0, 0)];
            foreach (var stride in Strides)
                offsets = offsets.SelectMany(o => Enumerable.Range(-Radius, 2 * Radius + 1)
                    .Select(i => (o.Shift + i * stride, o.SquaredLength + i * i)));
            return offsets;
        }
    }

    /// <summary>Copies the pixels, row-major, without the rims.</summary>
    public void CopyInterior<T>(ReadOnlySpan<T> cells, Span<T> pixels)
    {
        var row = size[^1] - 2 * Radius;
        for (var pixel = 0; pixel < pixels.Length; pixel += row)
        {
            int cell = Radius, rest = pixel / row;
            for (var axis = size.Length - 2; axis >= 0; axis--)
            {
                var length = size[axis] - 2 * Radius;
                cell += (rest % length + Radius) * Strides[axis];
                rest /= length;
            }

            cells.Slice(cell, row).CopyTo(pixels[pixel..]);
        }
    }
}
