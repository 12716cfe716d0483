using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Data.Preparation;

public sealed class BratsSourceTests
{
    private const string Root = "in/MICCAI_BraTS_2019_Data_Training";

    [Fact]
    public void Four_modalities_are_normalised_inside_the_brain()
    {
        using var folder = Download(8);
        File.WriteAllText(folder[$"{Root}/name_mapping.csv"], "a,b");
        var report = new DatasetPreparer(new BratsSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((8, 0), (report.Prepared, report.Skipped));
        Assert.Equal(["table"], report.Notes.Where(note => note.Severity == PreparationSeverity.Ignored).Select(note => note.Code));
        Assert.Empty(InTest.Verify(folder["out"]));
        var dataset = PreparedDataset.Open(folder["out"]);
        Assert.Equal(["HGG", "LGG"], dataset.Manifest!.Cases.Select(record => record.Group).Distinct().Order());
        foreach (var item in SplitParts.All.SelectMany(part => dataset.Load(part)))
        {
            Assert.Equal(4, item.Channels);
            Assert.Equal(0f, item.Background);
            for (var channel = 0; channel < 4; channel++)
            {
                var values = item.Image.AsSpan(channel * 360, 360).ToArray();
                var inside = Enumerable.Range(0, 360).Where(i => i % 12 is >= 3 and < 9).Select(i => values[i]).ToList();
                Assert.All(Enumerable.Range(0, 360).Where(i => i % 12 is < 3 or >= 9), i => Assert.Equal(0f, values[i]));
                Assert.Equal(0, inside.Average(), 1e-5);
                Assert.Equal(1, Math.Sqrt(inside.Average(value => value * value)), 1e-5);
            }
            Assert.Equal([0, 1, 2, 3], item.Labels.Distinct().Order().Select(label => (int)label));
        }
        // The rim that is added in training is background, not the darkest brain.
        var slices = dataset.Slices(SplitPart.Train);
        Assert.Equal((4, 256, 256), (slices.Channels, slices.Height, slices.Width));
        Assert.Equal(0f, slices.Images[0]);
    }

    [Fact]
    public void Scans_of_one_patient_stay_together()
    {
        using var folder = new TemporaryFolder();
        foreach (var patient in Enumerable.Range(0, 10))
            foreach (var scan in (int[])[1, 2])
                OfficialDownload.Brats(folder[Root], patient < 7 ? "HGG" : "LGG", $"BraTS19_TCIA01_{patient:000}_{scan}");
        var report = new DatasetPreparer(new BratsSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal((20, 10), (report.Prepared, report.Patients.Total));
        Assert.Equal(report.Patients.Train * 2, report.Cases.Train);
        Assert.Equal("BraTS19_2013_10", BratsSource.PatientOf("BraTS19_2013_10_1"));
        Assert.Equal("BraTS20_Training_001", BratsSource.PatientOf("BraTS20_Training_001"));
    }

    [Fact]
    public void Both_ways_of_numbering_are_read_and_a_mixture_is_not()
    {
        using var folder = Download(4);
        int[] renumbered = [0, 1, 2, 3];
        OfficialDownload.Brats(folder[Root], "LGG", "BraTS19_X_90_1", i => renumbered[i % 4], extension: ".nii");
        OfficialDownload.Brats(folder[Root], "LGG", "BraTS19_X_91_1", i => i % 5);
        OfficialDownload.Brats(folder[Root], "LGG", "BraTS19_X_92_1");
        File.Delete(folder[$"{Root}/LGG/BraTS19_X_92_1/BraTS19_X_92_1_t1ce.nii.gz"]);
        var report = new DatasetPreparer(new BratsSource()).Prepare(folder["in"], folder["out"]);
        Assert.Equal("BraTS19_X_90_1", report.Notes.Single(note => note.Code == "label-convention").Case);
        Assert.Equal("BraTS19_X_91_1", report.Notes.Single(note => note.Code == "label-convention-unclear").Case);
        var missing = report.Notes.Single(note => note.Code == "modality-missing");
        Assert.Equal(("BraTS19_X_92_1", "There is no T1ce image."), (missing.Case, missing.Message));
        Assert.Equal((5, 2), (report.Prepared, report.Skipped));
    }

    [Fact]
    public void Regions_are_scored_from_four_channels()
    {
        using var folder = Download(10);
        new DatasetPreparer(new BratsSource()).Prepare(folder["in"], folder["data/brats"]);
        var data = StudyData.Prepared(DatasetCatalog.Brats, folder["data"]);
        using var network = new MarginNotebooks.Models.UNet(data.Info.Channels, data.Info.ClassCount, 1, seed: 1);
        var scores = Evaluation.Run(network, data.Info, [data.Test[0]], [EvaluationProtocol.Sound], TorchSharp.torch.CPU,
            TestContext.Current.CancellationToken).Cases[0].Values;
        Assert.All((string[])["dsc/ET", "dsc/TC", "dsc/WT", "hd95/WT"], key => Assert.Contains(key, scores.Keys));
        Assert.DoesNotContain("dsc/1", scores.Keys);
    }

    private static TemporaryFolder Download(int cases)
    {
        var folder = new TemporaryFolder();
        for (var i = 0; i < cases; i++)
            OfficialDownload.Brats(folder[Root], i % 2 == 0 ? "HGG" : "LGG", $"BraTS19_CBICA_A{i}_1");
        return folder;
    }
}
