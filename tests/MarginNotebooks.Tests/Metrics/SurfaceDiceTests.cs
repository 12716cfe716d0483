using System.Text.Json;
using MarginNotebooks.Metrics;
using MarginNotebooks.Tests.Data;

namespace MarginNotebooks.Tests.Metrics;

public sealed class SurfaceDiceTests
{
    // The definition written anew: loops traced corner by corner, every triangulation listed, SciPy's distance transform.
    private const string Script = """
        import itertools, json, sys
        from collections import defaultdict
        import numpy as np
        from scipy import ndimage

        def area(points):
            return np.linalg.norm(np.cross(points[1] - points[0], points[2] - points[0])) / 2

        def loops(voxels):
            inside = {tuple(c) for c in np.argwhere(voxels)}
            if len(inside) > 4:
                inside = set(itertools.product((0, 1), repeat=3)) - inside
            edges = defaultdict(list)
            for axis, side in itertools.product(range(3), (0, 1)):
                ring = [np.insert(np.array(p), axis, side) for p in ((0, 0), (0, 1), (1, 1), (1, 0))]
                state = [tuple(p) in inside for p in ring]
                half = [tuple((ring[k] + ring[(k + 1) % 4]) / 2) for k in range(4)]
                cut = [k for k in range(4) if state[k] != state[(k + 1) % 4]]
                pairs = [cut] if len(cut) == 2 else [(k - 1, k) for k in range(4) if state[k]] if len(cut) == 4 else []
                for a, b in pairs:
                    edges[half[a]].append(half[b])
                    edges[half[b]].append(half[a])
            while edges:
                loop = [min(edges)]
                while True:
                    ways = [p for p in edges.pop(loop[-1]) if p in edges]
                    if not ways:
                        break
                    loop.append(ways[0])
                yield np.array(loop)

        def triangulations(i, j):
            if j - i < 2:
                yield []
            for k in range(i + 1, j):
                for left in triangulations(i, k):
                    for right in triangulations(k, j):
                        yield left + right + [(i, k, j)]

        def size(voxels, spacing, known={}):
            key = (voxels.tobytes(), tuple(spacing))
            if key not in known:
                if voxels.ndim == 2:
                    n, (a, b) = voxels.sum(), spacing
                    straight = b if (voxels[0] == voxels[0, 0]).all() and (voxels[1] == voxels[1, 0]).all() else a
                    diagonal = np.hypot(a, b) / 2
                    known[key] = 2 * diagonal if n == 2 and voxels[0, 0] == voxels[1, 1] else straight if n == 2 else diagonal
                else:
                    total = 0
                    for loop in loops(voxels):
                        best = max(triangulations(0, len(loop) - 1), key=lambda ts: sum(area(loop[list(t)]) for t in ts))
                        total += sum(area(loop[list(t)] * np.array(spacing)) for t in best)
                    known[key] = total
            return known[key]

        def surface(mask, spacing):
            padded = np.pad(mask, 1)
            sizes = np.zeros([n + 1 for n in mask.shape])
            for at in np.ndindex(*sizes.shape):
                voxels = padded[tuple(slice(i, i + 2) for i in at)]
                if voxels.any() and not voxels.all():
                    sizes[at] = size(voxels, spacing)
            return sizes

        out = []
        for case in json.load(open(sys.argv[1])):
            s, t = case["spacing"], case["tolerance"]
            a, b = [surface(np.array(case[m], bool).reshape(case["shape"]), s) for m in ("result", "reference")]
            near = sum(x[ndimage.distance_transform_edt(y == 0, sampling=s) <= t * (1 + 1e-12)].sum() for x, y in ((a, b), (b, a)))
            out.append([near / (a.sum() + b.sum()), a.sum()])
        print(json.dumps(out))
        """;

    [Fact]
    public void Equals_an_independent_implementation_on_random_masks()
    {
        var random = new Random(5);
        var cases = new List<(bool[] Result, bool[] Reference, int[] Shape, double[] Spacing, double Tolerance)>();
        foreach (var shape in new int[][] { [17, 21], [7, 9, 8], [1, 6, 7], [5, 1, 6] })
            foreach (var tolerance in new[] { 0, 0.7, 1.5, 4 })
            {
                var spacing = shape.Select(_ => 0.4 + 1.6 * random.NextDouble()).ToArray();
                cases.Add((Masks.Noise(random, shape, 0.5), Masks.Noise(random, shape, 0.2), shape, spacing, tolerance));
                cases.Add((Masks.Ball(random, shape), Masks.Ball(random, shape), shape, spacing, tolerance));
            }

        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "masks.json");
        File.WriteAllText(path, JsonSerializer.Serialize(cases.Select(c => new
        {
            result = c.Result.Select(v => v ? 1 : 0),
            reference = c.Reference.Select(v => v ? 1 : 0),
            shape = c.Shape,
            spacing = c.Spacing,
            tolerance = c.Tolerance,
        })));
        var expected = JsonSerializer.Deserialize<double[][]>(PythonTool.Run(["numpy", "scipy"], Script, path))!;
        for (var i = 0; i < cases.Count; i++)
        {
            var (result, reference, shape, spacing, tolerance) = cases[i];
            Assert.Equal(expected[i][0], SurfaceDice.At(result, reference, shape, spacing, tolerance), 1e-9);
            Assert.Equal(expected[i][1], SurfaceElements.Of(result, shape, SurfaceElementSizes.Of(spacing)).Size, 1e-9);
            // The search among neighbours and the distance transform are one measure.
            Assert.Equal(expected[i][0], SurfaceDice.At(MaskBox.Around(result, reference, shape), spacing, tolerance, mostOffsets: 0), 1e-9);
        }

        Assert.Contains(expected, pair => pair[0] is > 0.05 and < 0.95);
    }

    [Fact]
    public void Areas_of_known_patterns()
    {
        var areas = SurfaceElementSizes.Of([1, 1, 1]);
        Assert.Equal(256, areas.Length);
        var corner = Math.Sqrt(3) / 8;
        Assert.Equal(corner, areas[1], 1e-12);
        Assert.Equal(Math.Sqrt(0.5), areas[0b11], 1e-12); // two along an edge
        Assert.Equal(2 * corner, areas[0b1001], 1e-12); // two across a face
        Assert.Equal(0.5 + 3 * corner, areas[0b111], 1e-12); // three in a face: a triangle and a trapezium
        Assert.Equal(4 * corner + Math.Sqrt(0.5), areas[0b10110001], 1e-12); // four along three edges, not in a plane
        Assert.Equal(1, areas[0b1111], 1e-12); // half of the cell
        Assert.Equal(6 * corner, areas[0b10111], 1e-12); // a corner and its three neighbours: a regular hexagon
        for (var code = 0; code < 256; code++)
            Assert.Equal(areas[code], areas[255 - code], 1e-12);
        Assert.Equal((0, 0), (areas[0], areas[255]));
    }

    [Fact]
    public void A_long_bar_has_the_area_of_its_sides()
    {
        // 20 voxels of 3 × 4 mm cross-section 5·3 by 6·4, its edges cut off: each side loses half a voxel at both ends.
        int[] shape = [20, 5, 6];
        var full = Enumerable.Repeat(true, 600).ToArray();
        var elements = SurfaceElements.Of(full, shape, SurfaceElementSizes.Of([2, 3, 4]));
        var edge = Math.Sqrt(1.5 * 1.5 + 2 * 2);
        var perSlice = 2 * (2 * (4 * 3)) + 2 * (2 * (5 * 4)) + 4 * (2 * edge);
        var ends = 2 * (4 * 3 * (5 * 4) + 2 * (4 * 3 * Math.Sqrt(1 + 4)) + 2 * (5 * 4 * Math.Sqrt(1 + 1.5 * 1.5)));
        var corners = 8 * Norm(1, 1.5, 2);
        Assert.Equal(19 * perSlice + ends + corners, elements.Size, 1e-9);

        // The triangle through the points at half a voxel on each edge of a corner.
        static double Norm(double a, double b, double c) => Math.Sqrt(a * b * a * b + b * c * b * c + a * c * a * c) / 2;
    }

    [Fact]
    public void Identity_symmetry_and_growth_with_the_tolerance()
    {
        var random = new Random(6);
        int[] shape = [8, 9, 10];
        double[] spacing = [2.5, 1, 1.2];
        var (a, b) = (Masks.Ball(random, shape), Masks.Ball(random, shape));
        Assert.Equal(1, SurfaceDice.At(a, a, shape, spacing, 0));
        double last = 0;
        foreach (var tolerance in new[] { 0, 1, 1.2, 2, 3, 5, 40.0 })
        {
            var forth = SurfaceDice.At(a, b, shape, spacing, tolerance);
            Assert.Equal(forth, SurfaceDice.At(b, a, shape, spacing, tolerance), 1e-12);
            Assert.True(forth >= last);
            last = forth;
        }

        Assert.Equal(1, last, 1e-12);
        // Axes in another order, with their spacing, are the same body; twice the spacing is twice the tolerance.
        Assert.Equal(
            SurfaceDice.At(a, b, shape, spacing, 1.2),
            SurfaceDice.At(Reversed(a), Reversed(b), [10, 9, 8], [1.2, 1, 2.5], 1.2), 1e-12);
        Assert.Equal(SurfaceDice.At(a, b, shape, spacing, 1.2), SurfaceDice.At(a, b, shape, [5, 2, 2.4], 2.4), 1e-12);

        static bool[] Reversed(bool[] mask) =>
            [.. from x in Enumerable.Range(0, 10) from y in Enumerable.Range(0, 9) from z in Enumerable.Range(0, 8)
                select mask[(z * 9 + y) * 10 + x]];
    }

    [Fact]
    public void An_element_at_exactly_the_tolerance_is_within_it()
    {
        bool[] a = [true, false, false, false, false], b = [false, false, false, true, false];
        Assert.Equal(1, SurfaceDice.At(a, b, [1, 5], [1, 0.1], 0.3), 1e-12); // 3 · 0.1 > 0.3 in floating point
        Assert.Equal(0, SurfaceDice.At(a, b, [1, 5], [1, 0.1], 0.19));
    }

    [Fact]
    public void Empty_masks()
    {
        Assert.Equal(double.NaN, SurfaceDice.At(new bool[9], new bool[9], [3, 3], [1, 1], 1));
        Assert.Equal(0, SurfaceDice.At(new bool[9], [.. Enumerable.Repeat(true, 9)], [3, 3], [1, 1], 1));
        Assert.Equal(0, SurfaceDice.At([.. Enumerable.Repeat(true, 9)], new bool[9], [3, 3], [1, 1], 100));
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => SurfaceDice.At([true], [true], [1, 1], [1, 1], -1)).Message);
        Assert.Contains("2 and 3 axes", Assert.Throws<ArgumentException>(() => SurfaceDice.At([true], [true], [1], [1], 1)).Message);
        Assert.Contains("5", Assert.Throws<ArgumentException>(() => SurfaceDice.At(new bool[4], new bool[5], [2, 2], [1, 1], 1)).Message);
    }
}
