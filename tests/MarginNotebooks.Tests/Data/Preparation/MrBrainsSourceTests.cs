using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class MrBrainsSourceTests
{
    [Fact]
    public void Seven_subjects_get_three_channels_and_tissues()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.MrBrains(folder["in"], 1, 4, 5, 7, 14, 70, 148);
        var report = new DatasetPreparer(new MrBrainsSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((7, 0), (report.Prepared, report.Skipped));
        Assert.Equal(new SplitSizes(4, 1, 2), report.Cases);
        Assert.Equal(["original-scan"], report.Notes.Where(note => note.Severity == PreparationSeverity.Ignored).Select(note => note.Code));
        Assert.Empty(InTest.Verify(folder["out"]));
        var dataset = PreparedDataset.Open(folder["out"]);
        var item = SplitParts.All.SelectMany(part => dataset.Load(part)).Single(item => item.Id == "subject4");
        Assert.Equal((3, 3, 10, 12), (item.Channels, item.Depth, item.Height, item.Width));
        // The files run to right and front: columns and rows are turned round, channels one after the other.
        byte[] tissue = [0, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0];
        for (var z = 0; z < 3; z++)
            for (var y = 0; y < 10; y++)
                for (var x = 0; x < 12; x++)
                {
                    var file = (z * 10 + 9 - y) * 12 + 11 - x;
                    Assert.Equal(tissue[file % 11], item.Labels[(z * 10 + y) * 12 + x]);
                    Assert.Equal(file % 50 / 49f, item.Image[360 + (z * 10 + y) * 12 + x], 1e-6f);
                }
        var record = dataset.Manifest!.Cases.Single(record => record.Id == "subject4");
        Assert.Equal("training/4/pre/FLAIR.nii.gz", record.Image.File);
        Assert.Equal(["training/4/pre/reg_T1.nii.gz", "training/4/pre/reg_IR.nii.gz"], record.MoreSources!.Select(file => file.File));
        Assert.Equal("RAS", record.SourceOrientation);
        var slices = dataset.Slices(SplitPart.Train);
        Assert.Equal((3, 256, 256), (slices.Channels, slices.Height, slices.Width));
    }

    [Fact]
    public void Missing_sequences_merged_labels_and_unregistered_twins_are_told()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.MrBrains(folder["in"], 1, 4, 5, 7);
        File.Delete(folder["in/training/1/pre/reg_IR.nii.gz"]);
        File.Delete(folder["in/training/5/segm.nii.gz"]);
        OfficialDownload.Write(folder["in/training/4/segm.nii.gz"], [12, 10, 3], i => i % 4);
        File.Copy(folder["in/training/7/pre/reg_T1.nii.gz"], folder["in/training/7/pre/T1.nii.gz"]);
        var report = new DatasetPreparer(new MrBrainsSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal(
            ["subject1 modality-missing", "subject4 label-convention-unclear", "subject5 label-missing"],
            report.Notes.Where(note => note.Severity == PreparationSeverity.Skipped).Select(note => $"{note.Case} {note.Code}").Order());
        Assert.Contains("no IR image", report.Notes.Single(note => note.Code == "modality-missing").Message);
        Assert.Equal(["training/7/pre/T1.nii.gz"], report.Notes.Single(note => note.Code == "unregistered-scan").Files);
        Assert.Equal(1, report.Prepared);
    }

    [Fact]
    public void A_changed_second_modality_is_made_anew()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.MrBrains(folder["in"], 1, 4, 5);
        var preparer = new DatasetPreparer(new MrBrainsSource());
        preparer.Prepare(folder["in"], folder["out"]);
        OfficialDownload.Write(folder["in/training/4/pre/reg_T1.nii.gz"], [12, 10, 3], i => i % 33);
        Assert.Equal((3, 2), preparer.Prepare(folder["in"], folder["out"]) is var report ? (report.Prepared, report.Reused) : default);
        OfficialDownload.Write(folder["in/training/4/pre/reg_T1.nii.gz"], [12, 10, 4], i => i % 33);
        Assert.Equal("shape-mismatch", preparer.Prepare(folder["in"], folder["out"]).Notes.Single(note => note.Severity == PreparationSeverity.Skipped).Code);
    }
}
