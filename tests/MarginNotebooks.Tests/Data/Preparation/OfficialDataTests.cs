using MarginNotebooks.Data;
using MarginNotebooks.Data.Nifti;
using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Tests.Data.Preparation;

/// <summary>A few cases of the real downloads, where <c>MARGIN_SOURCE</c> names them.</summary>
public sealed class OfficialDataTests
{
    [Fact]
    public void Hippocampus_lists_260_cases_and_names_118()
    {
        var source = Folder(DatasetCatalog.Hippocampus);
        var listing = new HippocampusSource().List(source);
        Assert.Equal(260, listing.Cases.Count);
        Assert.Equal(("hippocampus_118", "label-missing"),
            listing.Notes.Single(note => note.Severity == PreparationSeverity.Skipped) is var note ? (note.Case, note.Code) : default);
    }

    [Fact]
    public void Some_hippocampi_are_prepared_whole()
    {
        var source = Folder(DatasetCatalog.Hippocampus);
        using var folder = new TemporaryFolder();
        foreach (var id in (string[])["hippocampus_001", "hippocampus_003", "hippocampus_118", "hippocampus_394"])
            Copy(source, folder["in"], $"imagesTr/{id}.nii.gz", $"labelsTr/{id}.nii.gz");
        var report = new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((3, 1, 1), (report.Prepared, report.Skipped, report.ExitCode));
        Assert.Empty(InTest.Verify(folder["out"]));
        CheckLabels(folder, "labelsTr/{0}.nii.gz");
    }

    [Fact]
    public void Acdc_lists_200_cases_of_five_groups()
    {
        var listing = new AcdcSource().List(Folder(DatasetCatalog.Acdc));
        Assert.Equal(200, listing.Cases.Count);
        Assert.Equal([40, 40, 40, 40, 40], listing.Cases.GroupBy(item => item.Group).Select(group => group.Count()));
        var split =
            Split.Create("acdc", listing.Cases.Select(item => new SplitPatient(item.PatientId, item.Group)).Distinct(), DatasetCatalog.Acdc.Sizes, 1);
        Assert.Equal((70, 10, 20), (split.Train.Count, split.Valid.Count, split.Test.Count));
    }

    [Fact]
    public void Some_hearts_are_prepared_whole()
    {
        var source = Folder(DatasetCatalog.Acdc);
        using var folder = new TemporaryFolder();
        foreach (var patient in (string[])["patient001", "patient057"])
            foreach (var file in Directory.GetFiles(Path.Combine(source, patient)))
                Copy(source, folder["in"], $"{patient}/{Path.GetFileName(file)}");
        var report = new DatasetPreparer(new AcdcSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((4, 0), (report.Prepared, report.ExitCode));
        Assert.Empty(InTest.Verify(folder["out"]));
        CheckLabels(folder, "{1}/{0}_gt.nii.gz");
        // One patient's heart reaches beyond the central 192×192, and the report says so.
        Assert.All(report.Notes.Where(note => note.Code == "labels-outside-window"), note => Assert.StartsWith("patient057", note.Case));
        Assert.Equal(2, report.Notes.Count(note => note.Code == "labels-outside-window"));
    }

    private static void CheckLabels(TemporaryFolder folder, string pattern)
    {
        var dataset = PreparedDataset.Open(folder["out"]);
        foreach (var item in SplitParts.All.SelectMany(part => dataset.Load(part)))
        {
            var labels = NiftiImage.Read(folder["in/" + string.Format(pattern, item.Id, item.PatientId)]).ToFloat();
            for (var label = 1; label < dataset.Info.ClassCount; label++)
                Assert.Equal(labels.Count(value => value == label), item.Labels.Count(value => value == label));
            Assert.Equal((0f, 1f), (item.Image.Min(), item.Image.Max()));
        }
    }

    private static void Copy(string from, string to, params string[] files)
    {
        foreach (var file in files.Where(file => File.Exists(Path.Combine(from, file))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, file))!);
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }
    }

    private static string Folder(DatasetInfo info)
    {
        var folder = DataFolders.Source(info);
        if (folder is null)
            Assert.Skip($"MARGIN_SOURCE names no folder that has {info.Key}/; see data-scripts/README.md.");
        return folder;
    }
}
