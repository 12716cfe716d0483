using System.Text.Json;
using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>HD95 and ASD against SciPy's distance transforms.</summary>
internal sealed class SurfaceDistanceRow : Row
{
    private static readonly double[] Spacing = [2.5, 1.25, 1.25];

    public override string Id => "surface-distances";

    public override string Title => "HD95 and ASD of 256×256×40 masks, against SciPy";

    public override string Measures =>
        "HD95 and ASD of two masks of 40×256×256 voxels (a thick-walled shell and a shifted, dented one), in turn with the same "
        + "definition through SciPy's "
        + "binary_erosion and distance_transform_edt (python/surface_distances.py, which uses one thread). Results must agree. The "
        + "figure is the median ratio.";

    public override Requirement Required => Requirement.AtLeast(5);

    public override Outcome Run(RowContext context)
    {
        int[] shape = [context.Size(40, 8), context.Size(256, 32), context.Size(256, 32)];
        var (result, reference) = (Shell(shape, 0), Shell(shape, 1));
        using var python = Python.Start(context, "surface_distances.py", "python3-scipy");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["masks"], [.. result.Concat(reference).Select(inside => (byte)(inside ? 1 : 0))]);
        var ours = (Hd95: 0.0, Asd: 0.0);
        JsonElement theirs = default;
        var samples = InTurn.Run(
            rounds: context.Size(7, 1),
            warmUps: context.Size(2, 1),
            Contestant.Of("kit", () =>
            {
                var distances = SurfaceDistances.Between(result, reference, shape, Spacing);
                ours = (distances.Hd95, distances.Asd);
            }),
            new Contestant($"SciPy {python.Versions["SciPy"]}", () =>
            {
                theirs = python.Ask(new { file = folder["masks"], shape, spacing = Spacing });
                return theirs.GetProperty("ms").GetDouble();
            }));
        var (hd95, asd) = (theirs.GetProperty("hd95").GetDouble(), theirs.GetProperty("asd").GetDouble());
        return new Outcome(SampleStatistics.MedianRatio(samples[1].Values, samples[0].Values), samples[0], samples[1])
        {
            Versions = python.Versions,
            Precision = "float64 distances",
            Facts = new Dictionary<string, string> { ["HD95, ASD by the kit"] = $"{ours.Hd95:R}, {ours.Asd:R}", ["HD95, ASD by SciPy"] = $"{hd95:R}, {asd:R}" },
            Fault = Math.Abs(ours.Hd95 - hd95) <= 1e-9 * hd95 && Math.Abs(ours.Asd - asd) <= 1e-9 * asd
                ? null
                : $"The results differ: HD95 {ours.Hd95:R} and {hd95:R}, ASD {ours.Asd:R} and {asd:R}.",
        };
    }

    // A myocardium-like shell; the other one is shifted and its border dented.
    private static bool[] Shell(int[] shape, int which)
    {
        var mask = new bool[shape[0] * shape[1] * shape[2]];
        for (var i = 0; i < mask.Length; i++)
        {
            var z = (double)(i / (shape[1] * shape[2])) / shape[0] - 0.5 - 0.02 * which;
            var y = (double)(i / shape[2] % shape[1]) / shape[1] - 0.5 + 0.03 * which;
            var x = (double)(i % shape[2]) / shape[2] - 0.5 - 0.02 * which;
            var dent = 1 + 0.05 * which * Math.Sin(7 * Math.Atan2(y, x));
            var radius = Math.Sqrt(z * z + y * y + x * x) / dent;
            mask[i] = radius is > 0.25 and < 0.38;
        }
        return mask;
    }
}
