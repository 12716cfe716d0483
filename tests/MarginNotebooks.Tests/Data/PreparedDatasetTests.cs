using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Tests.Data.Preparation;

namespace MarginNotebooks.Tests.Data;

public sealed class PreparedDatasetTests
{
    [Fact]
    public void Loads_parts_slices_and_the_first_few()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 10);
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["out"]);
        var dataset = PreparedDataset.Open(folder["out"], "hippocampus");
        Assert.Equal(7, dataset.Load(SplitPart.Train).Length);
        Assert.Equal(
            dataset.Files(SplitPart.Train).Take(2).Select(file => Path.GetFileNameWithoutExtension(file)), dataset.Load(SplitPart.Train, 2).Select(item => item.Id));
        var slices = dataset.Slices(SplitPart.Valid);
        Assert.Equal((5, 64, 64), (slices.Count, slices.Height, slices.Width));
        Assert.Contains("not 'acdc'", Assert.Throws<InvalidDataException>(() => PreparedDataset.Open(folder["out"], "acdc")).Message);
    }

    [Fact]
    public void Opens_the_authors_files_which_have_no_manifest()
    {
        using var folder = new TemporaryFolder();
        PythonTool.Run(["h5py", "numpy"], """
            import sys, os, h5py, numpy as np
            for part, patients in (('train', (1, 2)), ('valid', (3,)), ('test', (4,))):
                os.makedirs(sys.argv[1] + '/' + part)
                for p in patients:
                    with h5py.File(f'{sys.argv[1]}/{part}/patient{p:03}_frame01.h5', 'w') as f:
                        f['img'] = np.random.rand(224, 224, 3).astype('f4'); f['mask'] = np.random.randint(0, 4, (224, 224, 3))
            """, folder["acdc"]);
        Assert.Throws<InvalidDataException>(() => PreparedDataset.Open(folder["acdc"]));
        var dataset = PreparedDataset.Open(folder["acdc"], "acdc");
        var item = dataset.Load(SplitPart.Train)[1];
        Assert.Equal(("patient002_frame01", "patient002", 3, 224), (item.Id, item.PatientId, item.Depth, item.Height));
        Assert.Equal((6, 192), (dataset.Slices(SplitPart.Train).Count, dataset.Slices(SplitPart.Train).Width));
        Assert.Equal([2, 1, 1], DatasetSummary.Of(DatasetCatalog.Acdc, folder["acdc"]).Parts.Select(part => part.Cases));
    }

    [Fact]
    public void A_damaged_case_is_named()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Hippocampus(folder["in"], 10);
        new DatasetPreparer(new HippocampusSource()).Prepare(folder["in"], folder["out"]);
        var file = PreparedDataset.Open(folder["out"]).Files(SplitPart.Train)[3];
        File.WriteAllText(folder["out/" + file], "no HDF5");
        Assert.Contains(file, Assert.Throws<InvalidDataException>(() => PreparedDataset.Open(folder["out"]).Load(SplitPart.Train)).Message);
    }

    [Fact]
    public void A_missing_folder_tells_how_to_prepare_it()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "data-scripts", Assert.Throws<DirectoryNotFoundException>(() => PreparedDataset.Open(DatasetCatalog.Acdc, folder.Path)).Message);
        Assert.Contains("hippocampus", Assert.Throws<ArgumentException>(() => DatasetCatalog.Get("hipocampus")).Message);
        Assert.Same(DatasetCatalog.Acdc, DatasetCatalog.Get("ACDC"));
    }
}
