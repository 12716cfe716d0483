using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Data.Preparation;

namespace MarginNotebooks.Tests.Data;

public sealed class DatasetContentsTests
{
    [Fact]
    public void Counts_agree_with_the_manifest()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 10);
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["data/hippocampus"]);
        var set = DatasetContents.Read(DatasetCatalog.Hippocampus, folder["data"]);
        var manifest = DatasetManifest.Read(folder["data/hippocampus"]);

        Assert.Null(set.Remark);
        Assert.Equal(manifest.Cases.Count, set.Cases.Count);
        foreach (var record in manifest.Cases)
        {
            var item = set.Cases.Single(item => item.Id == record.Id);
            Assert.Equal(record.LabelVoxels, item.Voxels);
            Assert.Equal(record.File.Split('/')[0], item.Part.Folder());
            Assert.Equal(record.LabelVoxels.Sum(), item.Histogram.Sum());
            Assert.Equal(item.Voxels, CaseContents.Of(set.Load(item), item.Part, 3, 0, 1).Voxels);
        }
        Assert.Equal([.. set.Cases.Select(item => item.Part).Order()], set.Cases.Select(item => item.Part));
        Assert.Equal((manifest.Cases.Min(item => item.Intensity[0]), manifest.Cases.Max(item => item.Intensity[1])), set.Range);
        Assert.Equal(manifest.Cases.All(item => item.SpacingInMillimetres), set.InMillimetres);
        Assert.Equal(set.Cases.Count, set.Report!.Prepared);
    }

    [Fact]
    public void A_set_that_is_not_there_says_so_and_how_to_get_it()
    {
        using var folder = new TemporaryFolder();
        var sets = DatasetContents.ReadAll("acdc, phantom", folder.Path, new PhantomOptions { Patients = 10, Size = 24, Depth = 2 });
        Assert.Equal(["acdc", "phantom"], sets.Select(set => set.Info.Key));
        Assert.Equal(("not prepared", 0), (sets[0].Remark, sets[0].Cases.Count));
        Assert.Equal((null, 10), (sets[1].Remark, sets[1].Cases.Count));

        var text = DataTables.Availability(sets).ToString();
        Assert.Contains("1 of 2 data sets are NOT PREPARED", text);
        Assert.Contains("dotnet run data-scripts/prepare-acdc.cs -- DOWNLOAD", text);
        Assert.Contains("creatis", text);
        Assert.DoesNotContain("acdc", DataTables.Sizes(sets).ToString());
        Assert.DoesNotContain("acdc", DataTables.Classes(sets).ToString());
        Assert.DoesNotContain("acdc", DataTables.Strata(sets).ToString());
        Assert.Contains("'acdc' has no case (not prepared)", Assert.Throws<ArgumentException>(() => DataCharts.Intensities(sets[0])).Message);
        Assert.Throws<ArgumentException>(() => DataCharts.Volumes(sets[0]));
        Assert.Throws<ArgumentException>(() => DataCharts.Slices(sets[0]));
        Assert.Contains("'adc'", Assert.Throws<ArgumentException>(() => DatasetContents.ReadAll("adc", folder.Path)).Message);
    }

    [Fact]
    public void The_phantom_is_split_as_studies_split_it()
    {
        var options = new PhantomOptions { Patients = 20, Size = 24, Depth = 2 };
        var set = DatasetContents.OfPhantom(options);
        var test = set.Cases.Where(item => item.Part == SplitPart.Test).Select(item => item.Id);
        Assert.Equal(StudyData.Phantom(options).Test.Select(item => item.Id).Order(), test);
    }

    [Fact]
    public void Tables_hold_the_counts()
    {
        var set = DatasetContents.OfPhantom(new PhantomOptions { Patients = 10, Size = 24, Depth = 3 });
        var sizes = DataTables.Sizes([set]).Frame;
        Assert.Equal(10, Enumerable.Range(0, 3).Sum(row => (double)sizes["Cases", row]));
        Assert.Equal(30, Enumerable.Range(0, 3).Sum(row => (double)sizes["Slices", row]));
        var classes = DataTables.Classes([set]).Frame;
        Assert.Equal(10 * 3 * 24 * 24, Enumerable.Range(0, 4).Sum(row => (double)classes["Voxels", row]));
        Assert.Equal(1, Enumerable.Range(0, 4).Sum(row => (double)classes["Of all voxels", row]), 1e-12);
        var volumes = set.Cases.Select(item => item.Voxels[3] * 8 * 4.0 * 4 / 1000).Order().ToArray(); // 96 mm over 24 pixels, 8 mm apart
        Assert.Equal((volumes[0], volumes[^1]), ((double)classes["Smallest", 3], (double)classes["Largest", 3]));
        Assert.Equal((volumes[4] + volumes[5]) / 2, (double)classes["Median volume", 3], 1e-9);
        var strata = DataTables.Strata([set]).Frame;
        Assert.Equal(10, Enumerable.Range(0, 5).Sum(row => (double)strata["Training", row] + (double)strata["Validation", row] + (double)strata["Test", row]));
    }

    [Fact]
    public void What_preparation_skipped_is_in_its_table()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 10);
        File.Delete(Directory.EnumerateFiles(folder["in/labelsTr"]).Order(StringComparer.Ordinal).First());
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["data/hippocampus"]);
        var text = DataTables.Preparation([DatasetContents.Read(DatasetCatalog.Hippocampus, folder["data"])]).ToString();
        Assert.Contains("9 cases prepared, 1 skipped", text);
        Assert.Contains("label-missing", text);
    }
}
