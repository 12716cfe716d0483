using MarginNotebooks.Data;
using MarginNotebooks.Data.Nifti;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class DatasetPreparerTests
{
    [Fact]
    public void Prepares_what_is_sound_and_loses_no_voxel()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 20);
        var report = Prepare(folder);
        Assert.Equal((20, 0, 0, 0), (report.Prepared, report.Skipped, report.Reused, report.ExitCode));
        Assert.Equal(new SplitSizes(14, 2, 4), report.Cases);
        var dataset = PreparedDataset.Open(folder["out"]);
        foreach (var part in SplitParts.All)
            foreach (var item in dataset.Load(part))
            {
                var image = NiftiImage.Read(folder[$"in/imagesTr/{item.Id}.nii.gz"]);
                var raw = image.ToFloat();
                var (min, max) = (raw.Min(), raw.Max());
                Assert.Equal((5, 7, 6), (item.Depth, item.Height, item.Width));
                Assert.Equal(
                    raw.Select(value => (float)((value - (double)min) / ((double)max - min))), item.Image, (a, b) => Math.Abs(a - b) < 1e-6f);
                Assert.Equal(NiftiImage.Read(folder[$"in/labelsTr/{item.Id}.nii.gz"]).ToFloat().Select(value => (byte)value), item.Labels);
                Assert.Equal(part, dataset.Split!.PartOf(item.PatientId));
            }
        Assert.Empty(InTest.Verify(folder["out"]));
        Assert.False(Directory.Exists(folder["out/.work"]));
    }

    [Fact]
    public void Everything_wrong_is_named_and_the_rest_is_prepared()
    {
        using var folder = new TemporaryFolder();
        var source = folder["in"];
        OfficialDownload.Hippocampus(source, 10);
        void Case(int number, int[]? shape = null, Func<int, float>? image = null, Func<int, float>? label = null) =>
            OfficialDownload.HippocampusCase(source, $"hippocampus_{number:000}", (ulong)number, shape, image, label);
        Case(11);
        File.Delete($"{source}/labelsTr/hippocampus_011.nii.gz");
        Case(12);
        File.Delete($"{source}/imagesTr/hippocampus_012.nii.gz");
        Case(13);
        Truncate($"{source}/imagesTr/hippocampus_013.nii.gz");
        Case(14);
        Truncate($"{source}/labelsTr/hippocampus_014.nii.gz");
        Case(15, shape: [6, 7, 4]);
        Case(16, label: i => i == 3 ? 7 : i % 3);
        Case(17, label: i => i == 3 ? 0.25f : i % 3);
        Case(18, label: i => i == 3 ? -1 : i % 3);
        Case(19, image: i => i == 3 ? float.NaN : i);
        Case(20, image: i => i == 3 ? float.PositiveInfinity : i);
        Case(21, shape: [6, 7, 5, 2]);
        Case(22, label: _ => 0);
        Case(23, image: _ => 5);
        Case(24);
        OfficialDownload.Write($"{source}/labelsTr/hippocampus_024.nii.gz", [6, 7, 5], i => i % 3, step: 2);
        Case(25);
        File.Copy($"{source}/imagesTr/hippocampus_001.nii.gz", $"{source}/imagesTr/hippocampus_025.nii.gz", overwrite: true);
        File.WriteAllText($"{source}/imagesTr/hippocampus_026.nii.gz", "this is no NIfTI");
        File.Copy($"{source}/labelsTr/hippocampus_001.nii.gz", $"{source}/labelsTr/hippocampus_026.nii.gz");
        File.WriteAllText($"{source}/imagesTr/._hippocampus_001.nii.gz", "resource fork");
        File.WriteAllText($"{source}/dataset.json", "{}");
        OfficialDownload.Write($"{source}/imagesTs/hippocampus_900.nii.gz", [6, 7, 5], i => i);

        var report = Prepare(folder);
        string[] Codes(PreparationSeverity severity) =>
            [.. report.Notes.Where(note => note.Severity == severity).Select(note => $"{note.Case?[^3..]} {note.Code}".Trim()).Order()];
        Assert.Equal(
            [
                "011 label-missing", "012 image-missing", "013 image-unreadable", "014 label-unreadable", "015 shape-mismatch", "016 unexpected-label",
                "017 non-integer-label", "018 unexpected-label", "019 non-finite-intensity", "020 non-finite-intensity", "021 not-a-volume",
                "026 image-unreadable",
            ],
            Codes(PreparationSeverity.Skipped));
        Assert.Equal(
            ["022 empty-mask", "023 constant-image", "024 geometry-differs", "025 duplicate-image"], Codes(PreparationSeverity.Warning));
        Assert.Equal(["no-labels-published", "other-file", "resource-fork"], Codes(PreparationSeverity.Ignored));
        Assert.Equal((14, 12, 1), (report.Prepared, report.Skipped, report.ExitCode));
        Assert.Contains("7 (1 voxels)", report.Notes.Single(note => note.Case == "hippocampus_016").Message);
        Assert.Contains("truncated", report.Notes.Single(note => note.Case == "hippocampus_013").Message);
        var text = File.ReadAllText(folder["out/report.md"]);
        Assert.All(report.Notes.SelectMany(note => note.Files).Where(file => !file.Contains("._")), file => Assert.Contains(file, text));
        Assert.Equal(14, SplitParts.All.Sum(part => PreparedDataset.Open(folder["out"]).Load(part).Length));
        Assert.Empty(InTest.Verify(folder["out"]));
    }

    [Fact]
    public void A_second_run_takes_everything_over_and_changes_no_byte()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 8);
        Prepare(folder);
        var before = Snapshot(folder["out"]);
        var report = Prepare(folder);
        Assert.Equal((8, 8), (report.Prepared, report.Reused));
        Assert.Equal(before, Snapshot(folder["out"]));
    }

    [Fact]
    public void Two_runs_anywhere_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 8);
        new DatasetPreparer(new HippocampusSource(), new PreparationOptions { Parallelism = 1 }).Prepare(folder["in"], folder["one"]);
        new DatasetPreparer(new HippocampusSource(), new PreparationOptions { Parallelism = 5 }).Prepare(folder["in"], folder["five"]);
        Assert.Equal(Snapshot(folder["one"]), Snapshot(folder["five"]));
    }

    [Fact]
    public void A_changed_source_another_setting_and_a_damaged_file_are_made_anew()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 8);
        Prepare(folder);
        OfficialDownload.HippocampusCase(folder["in"], "hippocampus_003", 99);
        var damaged = Directory.GetFiles(folder["out/train"]).Order().First(file => !file.Contains("003"));
        File.WriteAllBytes(damaged, [1, 2, 3]);
        Assert.Equal((8, 6), Prepare(folder) is var report ? (report.Prepared, report.Reused) : default);
        Assert.Empty(InTest.Verify(folder["out"]));
        var other = new DatasetPreparer(new HippocampusSource(), new PreparationOptions { Normalisation = IntensityNormalisation.ZScore });
        Assert.Equal(0, other.Prepare(folder["in"], folder["out"]).Reused);
        Assert.Empty(InTest.Verify(folder["out"]));
    }

    [Fact]
    public void A_case_that_broke_since_is_removed_and_strangers_are_left_alone()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 8);
        Prepare(folder);
        File.Delete(folder["in/labelsTr/hippocampus_002.nii.gz"]);
        File.WriteAllText(folder["out/train/mine.h5"], "mine");
        var report = Prepare(folder);
        Assert.Equal((7, 1), (report.Prepared, report.Skipped));
        Assert.Empty(Directory.GetFiles(folder["out"], "hippocampus_002.h5", SearchOption.AllDirectories));
        Assert.Equal(["train/mine.h5"], report.Notes.Single(note => note.Code == "foreign-file").Files);
        Assert.Equal(["train/mine.h5"], InTest.Verify(folder["out"]).Select(problem => problem.File));
    }

    [Fact]
    public void A_stopped_run_is_taken_up()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 12);
        using var stop = new CancellationTokenSource();
        var preparer = new DatasetPreparer(new HippocampusSource(), new PreparationOptions { Parallelism = 1 });
        Assert.ThrowsAny<OperationCanceledException>(() => preparer.Run(
            folder["in"], folder["out"], new Callback(value =>
            {
                if (value.Done == 5)
                    stop.Cancel();
            }), stop.Token));
        Assert.Contains(
            "no finished prepared data set", Assert.Throws<InvalidDataException>(() => PreparedDataset.Open(folder["out"])).Message);
        var report = Prepare(folder);
        Assert.Equal((12, 5), (report.Prepared, report.Reused));
        Assert.Empty(InTest.Verify(folder["out"]));
    }

    [Fact]
    public void What_a_killed_run_leaves_is_mended()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 12);
        Prepare(folder);
        var whole = Snapshot(folder["out"]);
        // Killed while it moved cases to their parts: no manifest, some cases still in the working folder, one half copied, one list begun.
        File.Delete(folder["out/manifest.json"]);
        Directory.CreateDirectory(folder["out/.work"]);
        var cases = Directory.GetFiles(folder["out/train"]).Order().ToList();
        File.Move(cases[0], folder[$"out/.work/{Path.GetFileName(cases[0])}"]);
        File.WriteAllBytes(cases[1], File.ReadAllBytes(cases[1])[..100]);
        File.WriteAllText(folder["out/.work/hippocampus_005.json"], "{ \"id\": \"hippo");
        File.WriteAllText(folder["out/.work/hippocampus_006.h5.1f-00.tmp"], "half a case");
        File.WriteAllText(folder["out/manifest.json.1f-00.tmp"], "half a list");
        Assert.Equal((12, 0), Prepare(folder) is var report ? (report.Prepared, report.ExitCode) : default);
        Assert.Equal(whole, Snapshot(folder["out"]));
        Assert.Empty(InTest.Verify(folder["out"]));
    }

    [Fact]
    public void A_folder_without_cases_is_an_error_that_tells_the_layout()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        Assert.Contains("imagesTr", Assert.Throws<DirectoryNotFoundException>(() => Prepare(folder)).Message);
        Assert.Contains(
            "does not exist", Assert.Throws<DirectoryNotFoundException>(() => new DatasetPreparer(new AcdcSource()).Prepare(folder["no"], folder["out"])).Message);
    }

    [Fact]
    public void Acdc_is_brought_to_224_and_split_by_patient()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Acdc(folder["in/database/training"], 6, info: true);
        OfficialDownload.Acdc(folder["in/database/testing"], 1);
        OfficialDownload.Write(folder["in/database/training/patient001/patient001_4d.nii.gz"], [2, 2, 2, 2], i => i);
        File.WriteAllText(folder["in/database/MANDATORY_CITATION.md"], "cite us");
        var report = new DatasetPreparer(new AcdcSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((12, 0, 0), (report.Prepared, report.Skipped, report.ExitCode));
        Assert.Equal(["description", "frames-differ", "sequence", "testing-folder"], report.Notes.Select(note => note.Code).Order());
        Assert.Equal("patient002", report.Notes.Single(note => note.Code == "frames-differ").Case);
        var dataset = PreparedDataset.Open(folder["out"]);
        foreach (var item in SplitParts.All.SelectMany(part => dataset.Load(part)))
        {
            Assert.Equal((2, 224, 224), (item.Depth, item.Height, item.Width));
            Assert.Equal(int.Parse(item.PatientId[^3..]) % 2 == 0 ? "HCM" : "NOR", item.Group);
            // Row is y: the blob is 39×39 about (height / 2, width / 2) of the source.
            Assert.Equal(2 * 39 * 39, item.Labels.Count(label => label > 0));
            Assert.True(item.Labels[(112 - 3 + 3) * 224 + 112] > 0);
        }
        var slices = dataset.Slices(SplitPart.Train);
        Assert.Equal((192, 192, 0L), (slices.Height, slices.Width, slices.LabelledVoxelsLost));
    }

    [Fact]
    public void Acdc_without_info_takes_groups_of_twenty_and_reports_odd_patients()
    {
        using var folder = new TemporaryFolder();
        foreach (var number in (int[])[1, 20, 21, 100, 101])
            foreach (var suffix in (string[])["", "_gt"])
                OfficialDownload.Write(folder[$"in/patient{number:000}/patient{number:000}_frame01{suffix}.nii.gz"], [8, 8, 1], i => i % 4);
        var listing = new AcdcSource().List(folder["in"]);
        Assert.Equal(["DCM", "DCM", "HCM", "RV", null], listing.Cases.Select(item => item.Group));
        Assert.Equal(5, listing.Notes.Count(note => note.Code == "frame-count"));
    }

    [Fact]
    public void A_crop_that_would_lose_labels_is_refused()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Acdc(folder["in"], 3);
        OfficialDownload.Write(folder["in/patient002/patient002_frame09_gt.nii.gz"], [220, 230, 2], i => i == 0 ? 1 : 0);
        OfficialDownload.Write(folder["in/patient003/patient003_frame09_gt.nii.gz"], [220, 230, 2], i => i == 220 * 10 + 110 ? 1 : 0);
        var report = new DatasetPreparer(new AcdcSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal("labels-cropped", report.Notes.Single(note => note.Case == "patient002_frame09").Code);
        Assert.Equal("labels-outside-window", report.Notes.Single(note => note.Case == "patient003_frame09").Code);
        Assert.Equal((5, 1), (report.Prepared, report.Skipped));
    }

    private static PreparationReport Prepare(TemporaryFolder folder) =>
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["out"]);

    private static void Truncate(string path)
    {
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
    }

    // The report tells times and is left out.
    private static SortedDictionary<string, string> Snapshot(string root) => new(
        Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("report."))
            .ToDictionary(path => Path.GetRelativePath(root, path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))));

    private sealed class Callback(Action<PreparationProgress> act) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => act(value);
    }
}
