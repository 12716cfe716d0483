namespace MarginNotebooks.Metrics;

/// <summary>The surface elements of a mask on the grid of voxel corners, which has one point more along each axis.</summary>
internal sealed class SurfaceElements
{
    private readonly bool[] _member;
    private readonly int[] _shape;
    private readonly List<(int Index, double Size)> _elements = [];

    private SurfaceElements(int[] shape)
    {
        _shape = shape;
        _member = new bool[shape.Aggregate(1, (product, size) => product * size)];
    }

    /// <summary>Area (2-D: length) of the whole surface.</summary>
    internal double Size { get; private set; }

    /// <summary>Finds the elements of a mask of two or three axes.</summary>
    internal static SurfaceElements Of(bool[] mask, int[] shape, double[] sizes)
    {
        var found = new SurfaceElements([.. shape.Select(size => size + 1)]);
        int depth = shape.Length == 3 ? shape[0] : 1, height = shape[^2], width = shape[^1];
        var columns = new byte[width + 2]; // bits of the voxels at one x, between two empty ones
        var full = sizes.Length - 1;
        for (var z = 0; z < (shape.Length == 3 ? depth + 1 : 1); z++)
        {
            for (var y = 0; y <= height; y++)
            {
                Array.Clear(columns);
                var above = shape.Length == 3 ? z - 1 : z;
                var any = Put(above, y - 1, 1) | Put(above, y, 2);
                if (shape.Length == 3)
                    any |= Put(z, y - 1, 4) | Put(z, y, 8);
                if (!any)
                    continue;
                var bits = shape.Length == 3 ? 4 : 2;
                var row = (z * (height + 1) + y) * (width + 1);
                for (var x = 0; x <= width; x++)
                {
                    var code = columns[x] | (columns[x + 1] << bits);
                    if (code == 0 || code == full)
                        continue;
                    found._member[row + x] = true;
                    found._elements.Add((row + x, sizes[code]));
                    found.Size += sizes[code];
                }
            }
        }

        return found;

        bool Put(int z, int y, byte bit)
        {
            if (z < 0 || z >= depth || y < 0 || y >= height)
                return false;
            var row = mask.AsSpan((z * height + y) * width, width);
            var first = row.IndexOf(true);
            if (first < 0)
                return false;
            for (var x = first; x < row.Length; x++)
                if (row[x])
                    columns[x + 1] |= bit;
            return true;
        }
    }

    /// <summary>Area of the elements that lie within reach of another surface's.</summary>
    internal double SizeNear(SurfaceElements other, double[] spacing, double reach, int mostOffsets)
    {
        if (other._elements.Count == 0)
            return 0;
        // A small tolerance needs a look at a few neighbours only, a large one a distance transform.
        var ball = 1.0;
        foreach (var step in spacing)
            ball *= 2 * Math.Floor(reach / step) + 1;
        return ball <= mostOffsets
            ? Sum(Offsets(spacing, reach), other)
            : Sum(DistanceTransform.Squared(other._member, _member, _shape, spacing), reach * reach);
    }

    private double Sum(double[] squared, double reach)
    {
        double sum = 0;
        foreach (var (index, size) in _elements)
            if (squared[index] <= reach)
                sum += size;
        return sum;
    }

    private double Sum(List<int[]> offsets, SurfaceElements other)
    {
        double sum = 0;
        Span<int> at = stackalloc int[_shape.Length];
        foreach (var (index, size) in _elements)
        {
            if (!other._member[index])
            {
                for (int axis = _shape.Length - 1, rest = index; axis >= 0; rest /= _shape[axis--])
                    at[axis] = rest % _shape[axis];
                if (!other.AnyAt(at, offsets))
                    continue;
            }

            sum += size;
        }

        return sum;
    }

    private bool AnyAt(ReadOnlySpan<int> at, List<int[]> offsets)
    {
        foreach (var offset in offsets)
        {
            var (index, inside) = (0, true);
            for (var axis = 0; axis < at.Length && inside; axis++)
            {
                var moved = at[axis] + offset[axis];
                inside = (uint)moved < (uint)_shape[axis];
                index = index * _shape[axis] + moved;
            }

            if (inside && _member[index])
                return true;
        }

        return false;
    }

    // All steps of at most the reach, nearest first.
    private static List<int[]> Offsets(double[] spacing, double reach)
    {
        List<(double Squared, int[] Offset)> found = [(0, [])];
        foreach (var step in spacing)
        {
            var most = (int)Math.Floor(reach / step);
            found =
            [
                .. found.SelectMany(part => Enumerable.Range(-most, 2 * most + 1)
                    .Select(k => (part.Squared + k * step * (k * step), (int[])[.. part.Offset, k])))
                    .Where(part => part.Item1 <= reach * reach),
            ];
        }

        return [.. found.OrderBy(part => part.Squared).Select(part => part.Offset)];
    }
}
