using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Tests.Data.Preparation;

namespace MarginNotebooks.Tests.Data;

public sealed class DatasetVerifierTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string root;

    public DatasetVerifierTests()
    {
        root = folder["data/hippocampus"];
        OfficialDownload.Hippocampus(folder["in"], 10);
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], root);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sound_set_has_no_problems_and_a_summary()
    {
        Assert.Empty(InTest.Verify(root));
        var summary = DatasetSummary.List(folder["data"]).Single(item => item.Info.Key == "hippocampus");
        Assert.True(summary.IsPrepared);
        Assert.Null(summary.Remark);
        Assert.Equal([7, 1, 2], summary.Parts.Select(part => part.Cases));
        Assert.Equal(50, summary.Parts.Sum(part => part.Slices));
        Assert.Equal(10 * 6 * 7 * 5, summary.LabelVoxels.Sum());
        Assert.False(DatasetSummary.List(folder["data"]).Single(item => item.Info.Key == "acdc").IsPrepared);
    }

    [Fact]
    public void Changed_missing_and_moved_files_are_named()
    {
        var files = PreparedDataset.Open(root).Files(SplitPart.Train);
        var bytes = File.ReadAllBytes(Path.Combine(root, files[0]));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(root, files[0]), bytes);
        File.Delete(Path.Combine(root, files[1]));
        File.Move(Path.Combine(root, files[2]), Path.Combine(root, "test", Path.GetFileName(files[2])));
        var problems = InTest.Verify(root);
        Assert.Contains(problems, problem => problem.File == files[0] && problem.Message.Contains("checksum"));
        Assert.Contains(problems, problem => problem.File == files[1] && problem.Message.Contains("missing"));
        Assert.Contains(problems, problem => problem.File == "test/" + Path.GetFileName(files[2]));
        Assert.Equal(4, problems.Count);
    }

    [Fact]
    public void A_patient_in_two_parts_is_named()
    {
        var path = Path.Combine(root, "split.json");
        var split = Split.Read(path);
        (split with { Test = [.. split.Test, split.Train[0]] }).Write(path);
        Assert.Contains(InTest.Verify(root), problem => problem.File == "split.json" && problem.Message.Contains(split.Train[0]));
        Assert.Throws<InvalidDataException>(() => PreparedDataset.Open(root));
    }

    [Fact]
    public void Another_split_than_the_manifests_is_noticed()
    {
        var split = Split.Read(Path.Combine(root, "split.json"));
        Split.Create("hippocampus", split.Train.Concat(split.Valid).Concat(split.Test).Select(id => new SplitPatient(id)), split.Sizes, 77)
            .Write(Path.Combine(root, "split.json"));
        Assert.Contains(InTest.Verify(root), problem => problem.Message.Contains("not the split"));
        Assert.Throws<InvalidDataException>(() => PreparedDataset.Open(root));
    }

    [Fact]
    public void Missing_and_broken_manifests_are_said()
    {
        File.WriteAllText(Path.Combine(root, "manifest.json"), "{ \"format\": \"margin-prepared/9\"");
        Assert.Contains("manifest.json", Assert.Single(InTest.Verify(root)).Message);
        Assert.False(DatasetSummary.Of(DatasetCatalog.Hippocampus, root).IsPrepared);
        File.Delete(Path.Combine(root, "manifest.json"));
        Assert.Contains("does not exist", Assert.Single(InTest.Verify(root)).Message);
        Assert.Contains("does not exist", Assert.Single(InTest.Verify(folder["nowhere"])).Message);
    }
}
