using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.Phantom;

/// <summary>The phantom as files, to try with them what one would do with files of one's own.</summary>
public static class PhantomFiles
{
    /// <summary>Writes <c>images/CASE.nii.gz</c> (16-bit integers, ten times the intensity) and <c>labels/CASE.nii.gz</c>, in millimetres.</summary>
    /// <param name="options">Size and difficulty.</param>
    /// <param name="folder">Where; made when missing.</param>
    /// <returns>The paths written, below the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> WriteNifti(PhantomOptions options, string folder)
    {
        var written = new List<string>();
        foreach (var kind in (string[])["images", "labels"])
            Directory.CreateDirectory(Path.Combine(folder, kind));
        foreach (var item in PhantomDataset.Generate(options))
        {
            int[] shape = [item.Width, item.Height, item.Depth];
            var steps = item.Spacing;
            var affine = new double[,] { { steps.Width, 0, 0, 0 }, { 0, steps.Height, 0, 0 }, { 0, 0, steps.Depth, 0 }, { 0, 0, 0, 1 } };
            var intensities = Array.ConvertAll(item.Image, value => (short)Math.Clamp(MathF.Round(value * 10), short.MinValue, short.MaxValue));
            Write(NiftiImage.Create<short>(intensities, shape, affine), $"images/{item.Id}.nii.gz");
            Write(NiftiImage.Create<byte>(item.Labels, shape, affine), $"labels/{item.Id}.nii.gz");
        }
        return written;

        void Write(NiftiImage image, string name)
        {
            image.Write(Path.Combine(folder, name));
            written.Add(name);
        }
    }
}
