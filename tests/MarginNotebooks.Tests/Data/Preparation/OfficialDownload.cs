using MarginNotebooks.Data;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Tests.Data.Preparation;

/// <summary>Makes small folders that look like official downloads, with whatever can be wrong with them.</summary>
internal static class OfficialDownload
{
    /// <summary>A hippocampus-like folder of sound cases <c>hippocampus_001</c> and so on.</summary>
    public static void Hippocampus(string folder, int cases)
    {
        for (var i = 1; i <= cases; i++)
            HippocampusCase(folder, $"hippocampus_{i:000}", (ulong)i);
    }

    public static void HippocampusCase(
        string folder, string id, ulong seed, int[]? imageShape = null, Func<int, float>? image = null, Func<int, float>? label = null)
    {
        var random = new SeededRandom(seed);
        int[] shape = [6, 7, 5];
        Write($"{folder}/imagesTr/{id}.nii.gz", imageShape ?? shape, image ?? (_ => random.Below(4000)));
        Write($"{folder}/labelsTr/{id}.nii.gz", shape, label ?? (_ => random.Below(3)));
    }

    /// <summary>An ACDC-like folder: <paramref name="patients"/> patients of two frames each.</summary>
    public static void Acdc(string folder, int patients, int height = 230, int width = 220, bool info = false)
    {
        for (var p = 1; p <= patients; p++)
        {
            var patient = $"{folder}/patient{p:000}";
            foreach (var frame in (int[])[1, 9])
            {
                var random = new SeededRandom((ulong)(p * 100 + frame));
                int[] shape = [width, height, 2];
                Write($"{patient}/patient{p:000}_frame{frame:00}.nii.gz", shape, _ => random.Below(4096));
                // A small blob in the middle, well inside every window.
                Write($"{patient}/patient{p:000}_frame{frame:00}_gt.nii.gz", shape,
                    i => Math.Abs(i % width - width / 2) < 20 && Math.Abs(i / width % height - height / 2) < 20 ? 1 + i % 3 : 0);
            }
            if (info)
                File.WriteAllText($"{patient}/Info.cfg", $"ED: 1\nES: {(p == 2 ? 8 : 9)}\nGroup: {(p % 2 == 0 ? "HCM" : "NOR")}\nHeight: 184.0\nNbFrame: 30\n");
        }
    }

    public static void Write(string path, int[] shape, Func<int, float> value, double step = 1)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (product, extent) => product * extent)).Select(value)];
        NiftiImage.Create<float>(values, shape, new double[,] { { step, 0, 0, 0 }, { 0, step, 0, 0 }, { 0, 0, step, 0 }, { 0, 0, 0, 1 } }).Write(path);
    }
}
