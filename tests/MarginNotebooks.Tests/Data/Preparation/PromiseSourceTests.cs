using MarginNotebooks.Data;
using MarginNotebooks.Data.MetaImages;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Tests.Data.MetaImages;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class PromiseSourceTests
{
    [Fact]
    public void Three_parts_become_one_set()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 10; i++)
            OfficialDownload.Promise(folder[$"in/TrainingData_Part{i / 4 + 1}"], i, size: 8 + i);
        OfficialDownload.Promise(folder["in/TestData"], 3);
        var report = new DatasetPreparer(new PromiseSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((10, 0, 0), (report.Prepared, report.Skipped, report.ExitCode));
        Assert.Equal(new SplitSizes(7, 1, 2), report.Cases);
        Assert.Equal(["no-labels-published"], report.Notes.Select(note => note.Code));
        Assert.Empty(InTest.Verify(folder["out"]));
        var dataset = PreparedDataset.Open(folder["out"]);
        foreach (var item in SplitParts.All.SelectMany(part => dataset.Load(part)))
        {
            var number = int.Parse(item.Id[4..]);
            var image = MetaImage.Read(folder[$"in/TrainingData_Part{number / 4 + 1}/{item.Id}.mhd"]).ToFloat();
            var (min, max) = (image.Min(), image.Max());
            Assert.Equal(image.Select(value => (value - min) / (max - min)), item.Image, (a, b) => Math.Abs(a - b) < 1e-6f);
            Assert.Equal(new VoxelSpacing(3.6, 0.7, 0.6), item.Spacing);
            Assert.Equal(image.Select((_, i) => (byte)(i % 3 == 0 ? 1 : 0)), item.Labels);
        }
        // Slices of different sizes are padded to one that the U-Net takes.
        Assert.Equal((32, 32), dataset.Slices(SplitPart.Train) is var slices ? (slices.Height, slices.Width) : default);
        var record = dataset.Manifest!.Cases[0];
        Assert.Equal(["TrainingData_Part1/Case00.raw", "TrainingData_Part1/Case00_segmentation.raw"], record.MoreSources!.Select(file => file.File));
        Assert.Equal(("LPS", true), (record.SourceOrientation, record.SpacingInMillimetres));
    }

    [Fact]
    public void Odd_cases_are_named()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 8; i++)
            OfficialDownload.Promise(folder["in"], i);
        File.Delete(folder["in/Case01.raw"]);
        File.WriteAllBytes(folder["in/Case02_segmentation.raw"], new byte[17]);
        File.Delete(folder["in/Case03_segmentation.mhd"]);
        MetaFile.Write(folder["in/Case04_segmentation.mhd"], [10, 10, 4], "MET_UCHAR", Enumerable.Range(0, 400).Select(i => (byte)(i % 2 * 255)));
        MetaFile.Write(folder["in/Case05_segmentation.mhd"], [10, 10, 4], "MET_FLOAT", Enumerable.Range(0, 400).Select(i => i % 2 * 0.5f));
        MetaFile.Write(folder["in/Case06_segmentation.mhd"], [10, 10, 4], "MET_UCHAR", new byte[400]);
        var report = new DatasetPreparer(new PromiseSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal(
            [
                "Case01 image-unreadable", "Case02 label-unreadable", "Case03 label-missing", "Case04 geometry-differs", "Case04 label-convention",
                "Case05 non-integer-label", "Case06 empty-mask", "Case06 geometry-differs",
            ],
            report.Notes.Where(note => note.Case is not null).Select(note => $"{note.Case} {note.Code}").Order());
        Assert.Contains("'Case01.raw' does not exist", report.Notes.Single(note => note.Case == "Case01").Message);
        Assert.Equal(4, report.Prepared);
        // The numbers changed, the header did not.
        var bytes = File.ReadAllBytes(folder["in/Case00.raw"]);
        bytes[40] ^= 1;
        File.WriteAllBytes(folder["in/Case00.raw"], bytes);
        Assert.Equal(3, new DatasetPreparer(new PromiseSource()).Prepare(folder["in"], folder["out"]).Reused);
    }
}
