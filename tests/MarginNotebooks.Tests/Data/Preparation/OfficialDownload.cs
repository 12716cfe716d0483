using MarginNotebooks.Data;
using MarginNotebooks.Data.Nifti;
using MarginNotebooks.Tests.Data.MetaImages;

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

    /// <summary>An MRBrainS18-like folder: subjects with three registered sequences and labels 0 to 10.</summary>
    public static void MrBrains(string folder, params int[] subjects)
    {
        foreach (var subject in subjects)
        {
            int[] shape = [12, 10, 3];
            foreach (var (sequence, level) in ((string, int)[])[("FLAIR", 100), ("reg_T1", 200), ("reg_IR", 300)])
                Write($"{folder}/training/{subject}/pre/{sequence}.nii.gz", shape, i => level + subject + i % 50);
            Write($"{folder}/training/{subject}/orig/T1.nii.gz", shape, i => i);
            Write($"{folder}/training/{subject}/segm.nii.gz", shape, i => i % 11);
        }
    }

    /// <summary>A FLARE-like folder: Hounsfield units from −1024 on, labels 0 to 4.</summary>
    public static void Flare(string folder, int cases)
    {
        for (var number = 0; number < cases; number++)
        {
            var i = number;
            int[] shape = [20, 16, 4];
            Write($"{folder}/TrainingImg/train_{i:000}_0000.nii.gz", shape, v => (v + i) % 1500 - 1024);
            Write($"{folder}/TrainingMask/train_{i:000}.nii.gz", shape, v => v / 7 % 5);
        }
    }

    /// <summary>A BraTS-like case: zeros around a brain, labels 0, 1, 2, 4.</summary>
    public static void Brats(string folder, string grade, string id, Func<int, float>? label = null, string extension = ".nii.gz")
    {
        int[] shape = [12, 10, 3];
        bool Brain(int i) => i % 12 is >= 3 and < 9;
        foreach (var (suffix, level) in ((string, int)[])[("flair", 100), ("t1", 200), ("t1ce", 300), ("t2", 400)])
            Write($"{folder}/{grade}/{id}/{id}_{suffix}{extension}", shape, i => Brain(i) ? level + i % 17 : 0);
        int[] labels = [0, 1, 2, 4];
        Write($"{folder}/{grade}/{id}/{id}_seg{extension}", shape, label ?? (i => Brain(i) ? labels[i % 4] : 0));
    }

    /// <summary>A PROMISE12-like case.</summary>
    public static void Promise(string folder, int number, int inside = 1, int size = 10)
    {
        var random = new SeededRandom((ulong)number + 1);
        int[] shape = [size, size, 4];
        (string, string)[] geometry = [("TransformMatrix", "1 0 0 0 1 0 0 0 1"), ("Offset", "-5 -6 7"), ("ElementSpacing", "0.6 0.7 3.6")];
        MetaFile.Write($"{folder}/Case{number:00}.mhd", shape, "MET_SHORT",
            Enumerable.Range(0, size * size * 4).Select(_ => (short)random.Below(900)), geometry);
        MetaFile.Write($"{folder}/Case{number:00}_segmentation.mhd", shape, "MET_CHAR",
            Enumerable.Range(0, size * size * 4).Select(i => (sbyte)(i % 3 == 0 ? inside : 0)), geometry);
    }

    public static void Write(string path, int[] shape, Func<int, float> value, double step = 1, double[,]? affine = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (product, extent) => product * extent)).Select(value)];
        NiftiImage.Create<float>(values, shape, affine ?? new double[,] { { step, 0, 0, 0 }, { 0, step, 0, 0 }, { 0, 0, step, 0 }, { 0, 0, 0, 1 } }).Write(path);
    }
}
