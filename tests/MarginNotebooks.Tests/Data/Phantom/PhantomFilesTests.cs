using MarginNotebooks.Data.Nifti;
using MarginNotebooks.Data.Phantom;

namespace MarginNotebooks.Tests.Data.Phantom;

public sealed class PhantomFilesTests
{
    [Fact]
    public void Files_hold_the_phantom_to_a_tenth_of_an_intensity()
    {
        using var folder = new TemporaryFolder();
        var options = new PhantomOptions { Patients = 2, Size = 24, Depth = 3 };
        Assert.Equal(
            ["images/phantom001.nii.gz", "labels/phantom001.nii.gz", "images/phantom002.nii.gz", "labels/phantom002.nii.gz"],
            PhantomFiles.WriteNifti(options, folder["files"]));
        var item = PhantomDataset.Generate(options, 1);
        var image = NiftiImage.Read(folder["files/images/phantom002.nii.gz"]);
        var label = NiftiImage.Read(folder["files/labels/phantom002.nii.gz"]);
        Assert.Equal([24, 24, 3], image.Shape);
        Assert.Equal((item.Spacing, item.Spacing), (image.Spacing, label.Spacing));
        Assert.Equal(item.Labels, label.Stored<byte>());
        var read = image.ToFloat();
        Assert.All(Enumerable.Range(0, read.Length), i => Assert.InRange(read[i] / 10 - item.Image[i], -0.0501, 0.0501));
        Assert.True(item.Image.Max() * 10 < short.MaxValue, "nothing was clamped");
    }
}
