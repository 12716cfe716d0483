namespace MarginNotebooks.Metrics;

/// <summary>Area of the surface that cuts a cell of 2×2×2 voxels, or length of the contour in 2×2 pixels, for every pattern.</summary>
/// <remarks>
/// Marching cubes on a mask (Lorensen &amp; Cline, SIGGRAPH 1987): the surface passes through the midpoint of every edge whose ends
/// differ. On a face whose diagonals differ, the minority of the cell's voxels is cut off singly. A loop of midpoints that lies in no
/// plane can be cut into triangles in several ways; taken is the one with the largest area at unit spacing, whatever the
/// spacing. This is what the table of Nikolov et al. holds, compared for one pattern of each kind.
/// </remarks>
internal static class SurfaceElementSizes
{
    /// <summary>The size of each pattern: bit <c>4·x + 2·z + y</c> of the index (2-D: <c>2·x + y</c>) is the voxel at that corner of the
    /// cell.</summary>
    /// <param name="spacing">Voxel spacing along each of the two or three axes, x last.</param>
    internal static double[] Of(double[] spacing) => spacing.Length == 2 ? Lengths(spacing) : Areas(spacing);

    private static double[] Lengths(double[] spacing)
    {
        var corner = Math.Sqrt(spacing[0] * spacing[0] + spacing[1] * spacing[1]) / 2;
        return [.. Enumerable.Range(0, 16).Select(code => code switch
        {
            0 or 15 => 0,
            0b0011 or 0b1100 => spacing[0], // the same in both rows: the contour runs along the rows' axis
            0b0101 or 0b1010 => spacing[1],
            0b1001 or 0b0110 => 2 * corner,
            _ => corner,
        })];
    }

    private static double[] Areas(double[] spacing)
    {
        var areas = new double[256];
        for (var code = 1; code < 255; code++)
        {
            var minority = int.PopCount(code) > 4 ? 255 - code : code;
            foreach (var loop in Loops(minority))
                foreach (var (a, b, c) in Triangles(loop))
                    areas[code] += Area(loop[a], loop[b], loop[c], spacing);
        }

        return areas;
    }

    private static int Corner(int z, int y, int x) => 4 * x + 2 * z + y;

    /// <summary>The polygons of edge midpoints, in half voxels (z, y, x).</summary>
    private static List<(int Z, int Y, int X)[]> Loops(int code)
    {
        var neighbours = new Dictionary<(int, int, int), List<(int, int, int)>>();
        for (var axis = 0; axis < 3; axis++)
            for (var side = 0; side < 2; side++)
                foreach (var (from, to) in Segments(code, axis, side))
                {
                    Join(from, to);
                    Join(to, from);
                }

        var loops = new List<(int, int, int)[]>();
        while (neighbours.Count > 0)
        {
            var loop = new List<(int, int, int)>();
            var at = neighbours.Keys.Min();
            while (neighbours.Remove(at, out var next))
            {
                loop.Add(at);
                at = neighbours.ContainsKey(next[0]) ? next[0] : next[1];
            }

            loops.Add([.. loop]);
        }

        return loops;

        void Join((int, int, int) from, (int, int, int) to)
        {
            if (!neighbours.TryGetValue(from, out var list))
                neighbours[from] = list = [];
            list.Add(to);
        }
    }

    // What the surface leaves on one face of the cell: none, one or two segments.
    private static IEnumerable<((int, int, int) From, (int, int, int) To)> Segments(int code, int axis, int side)
    {
        (int Z, int Y, int X)[] ring = [Place(0, 0), Place(0, 1), Place(1, 1), Place(1, 0)];
        bool[] inside = [.. ring.Select(p => (code >> Corner(p.Z, p.Y, p.X) & 1) != 0)];
        (int, int, int)[] middle =
            [.. Enumerable.Range(0, 4).Select(k => Add(ring[k], ring[(k + 1) % 4]))];
        var cut = Enumerable.Range(0, 4).Where(k => inside[k] != inside[(k + 1) % 4]).ToArray();
        if (cut.Length == 2)
            yield return (middle[cut[0]], middle[cut[1]]);
        else if (cut.Length == 4)
            for (var k = inside[0] ? 0 : 1; k < 4; k += 2)
                yield return (middle[(k + 3) % 4], middle[k]);

        (int, int, int) Place(int i, int j) => axis switch { 0 => (side, i, j), 1 => (i, side, j), _ => (i, j, side) };
        static (int, int, int) Add((int Z, int Y, int X) a, (int Z, int Y, int X) b) => (a.Z + b.Z, a.Y + b.Y, a.X + b.X);
    }

    // The triangulation of largest area at unit spacing, by its part over the vertices first…last.
    private static List<(int, int, int)> Triangles((int, int, int)[] loop)
    {
        return Best(0, loop.Length - 1).Triangles;

        (double Area, List<(int, int, int)> Triangles) Best(int first, int last)
        {
            (double Area, List<(int, int, int)> Triangles) best = (0, []);
            for (var k = first + 1; k < last; k++)
            {
                var (left, right) = (Best(first, k), Best(k, last));
                var area = left.Area + right.Area + Area(loop[first], loop[k], loop[last], [1, 1, 1]);
                if (area > best.Area + 1e-9)
                    best = (area, [.. left.Triangles, .. right.Triangles, (first, k, last)]);
            }

            return best;
        }
    }

    private static double Area((int Z, int Y, int X) a, (int Z, int Y, int X) b, (int Z, int Y, int X) c, ReadOnlySpan<double> spacing)
    {
        var (z1, y1, x1) = ((b.Z - a.Z) * spacing[0], (b.Y - a.Y) * spacing[1], (b.X - a.X) * spacing[2]);
        var (z2, y2, x2) = ((c.Z - a.Z) * spacing[0], (c.Y - a.Y) * spacing[1], (c.X - a.X) * spacing[2]);
        var (n0, n1, n2) = (y1 * x2 - x1 * y2, x1 * z2 - z1 * x2, z1 * y2 - y1 * z2);
        return Math.Sqrt(n0 * n0 + n1 * n1 + n2 * n2) / 8; // half of the product, in half voxels
    }
}
