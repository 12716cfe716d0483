using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class FlareSourceTests
{
    [Fact]
    public void Scans_are_windowed_and_labelled()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Flare(folder["in"], 9);
        OfficialDownload.Write(folder["in/ValidationImg/validation_001_0000.nii.gz"], [4, 4, 4], i => i);
        var report = new DatasetPreparer(new FlareSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((9, 0), (report.Prepared, report.Skipped));
        // 240, 40 and 80 of 360, of the nine that are there.
        Assert.Equal(new SplitSizes(6, 1, 2), report.Cases);
        Assert.Equal(["no-labels-published"], report.Notes.Where(note => note.Severity == PreparationSeverity.Ignored).Select(note => note.Code));
        Assert.Empty(InTest.Verify(folder["out"]));
        var item = PreparedDataset.Open(folder["out"]).Load(SplitPart.Train)[0];
        var number = int.Parse(item.Id[^3..]);
        for (var i = 0; i < 4 * 16 * 20; i++)
        {
            var (x, y, z) = (i % 20, i / 20 % 16, i / 320);
            var file = (z * 16 + 15 - y) * 20 + 19 - x;
            Assert.Equal((Math.Clamp((file + number) % 1500 - 1024, -160, 240) + 160) / 400f, item.Image[i], 1e-6f);
            Assert.Equal(file / 7 % 5, item.Labels[i]);
        }
    }

    [Fact]
    public void Flipped_and_swapped_scans_come_out_alike()
    {
        using var folder = new TemporaryFolder();
        int[] shape = [6, 5, 4];
        float Value(int x, int y, int z) => x + 10 * y + 100 * z - 160;
        float Label(int x, int y, int z) => (x + y + z) % 5;
        double[,] upright = { { -2, 0, 0, 50 }, { 0, -2, 0, 60 }, { 0, 0, 3, 70 }, { 0, 0, 0, 1 } };
        void Put(string id, int[] extents, double[,] affine, Func<int, (int X, int Y, int Z)> place)
        {
            OfficialDownload.Write(folder[$"in/TrainingImg/{id}_0000.nii.gz"], extents, i => place(i) is var (x, y, z) ? Value(x, y, z) : 0, affine: affine);
            OfficialDownload.Write(folder[$"in/TrainingMask/{id}.nii.gz"], extents, i => place(i) is var (x, y, z) ? Label(x, y, z) : 0, affine: affine);
        }

        Put("train_000", shape, upright, i => (i % 6, i / 6 % 5, i / 30));
        // Columns run to the right, and the origin lies at the other end.
        Put("train_001", shape, new[,] { { 2.0, 0, 0, 40 }, { 0, -2, 0, 60 }, { 0, 0, 3, 70 }, { 0, 0, 0, 1 } }, i => (5 - i % 6, i / 6 % 5, i / 30));
        // Slices first, from above downwards.
        Put("train_002", [4, 6, 5], new[,] { { 0.0, -2, 0, 50 }, { 0, 0, -2, 60 }, { -3, 0, 0, 79 }, { 0, 0, 0, 1 } }, i => (i / 4 % 6, i / 24, 3 - i % 4));
        // The label map is stored the other way round than its image.
        Put("train_003", shape, upright, i => (i % 6, i / 6 % 5, i / 30));
        OfficialDownload.Write(
            folder["in/TrainingMask/train_003.nii.gz"], shape, i => Label(5 - i % 6, i / 6 % 5, i / 30),
            affine: new[,] { { 2.0, 0, 0, 40 }, { 0, -2, 0, 60 }, { 0, 0, 3, 70 }, { 0, 0, 0, 1 } });
        var report = new DatasetPreparer(new FlareSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((4, 0), (report.Prepared, report.Skipped));
        Assert.DoesNotContain(report.Notes, note => note.Code == "geometry-differs");
        Assert.Contains("LPS (2)", report.Notes.Single(note => note.Code == "orientations-differ").Message);
        var dataset = PreparedDataset.Open(folder["out"]);
        var cases = SplitParts.All.SelectMany(part => dataset.Load(part)).ToList();
        Assert.All(cases, item =>
        {
            Assert.Equal((4, 5, 6), (item.Depth, item.Height, item.Width));
            Assert.Equal(new VoxelSpacing(3, 2, 2), item.Spacing);
            Assert.Equal(cases[0].Image, item.Image);
            Assert.Equal(cases[0].Labels, item.Labels);
        });
        Assert.Equal(["LPS", "RPS", "ILP", "LPS"], dataset.Manifest!.Cases.Select(record => record.SourceOrientation));
    }

    [Fact]
    public void A_scan_that_does_not_say_how_it_lies_is_left_and_told()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Flare(folder["in"], 2);
        foreach (var file in (string[])["in/TrainingImg/train_001_0000.nii.gz", "in/TrainingMask/train_001.nii.gz"])
            MarginNotebooks.Data.Nifti.NiftiImage.Read(folder[file]).WithHeader(header => header with { SformCode = 0, QformCode = 0 }).Write(folder[file]);
        var report = new DatasetPreparer(new FlareSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal("train_001", report.Notes.Single(note => note.Code == "orientation-unknown").Case);
        var dataset = PreparedDataset.Open(folder["out"]);
        var item = SplitParts.All.SelectMany(part => dataset.Load(part)).Single(item => item.Id == "train_001");
        Assert.Equal(0, item.Labels[6]);
        Assert.Equal(1, item.Labels[7]);
    }

    [Fact]
    public void Empty_masks_fractions_and_strange_labels_are_told()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Flare(folder["in"], 6);
        void Mask(int number, Func<int, float> label) => OfficialDownload.Write(folder[$"in/TrainingMask/train_{number:000}.nii.gz"], [20, 16, 4], label);
        Mask(1, _ => 0);
        Mask(2, i => i == 5 ? 1.5f : 0);
        Mask(3, i => i == 5 ? 13 : 0);
        File.Move(folder["in/TrainingMask/train_004.nii.gz"], folder["in/train_004.nii.gz"]);
        MarginNotebooks.Data.Nifti.NiftiImage.Read(folder["in/train_004.nii.gz"]).Write(folder["in/TrainingMask/train_004.nii"]);
        File.Delete(folder["in/train_004.nii.gz"]);
        var report = new DatasetPreparer(new FlareSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal(
            ["train_001 empty-mask", "train_002 non-integer-label", "train_003 unexpected-label"],
            report.Notes.Where(note => note.Case is not null).Select(note => $"{note.Case} {note.Code}").Order());
        Assert.Equal((4, 2), (report.Prepared, report.Skipped));
    }
}
