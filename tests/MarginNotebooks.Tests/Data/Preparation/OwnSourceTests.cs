using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Data.MetaImages;

namespace MarginNotebooks.Tests.Data.Preparation;

/// <summary>A data set that somebody describes in ten lines, from its files to a trained network.</summary>
public sealed class OwnSourceTests
{
    private const string Hearts = """
        {
          "key": "my-hearts",
          "name": "Hearts of our clinic",
          "classes": ["background", "cavity", "wall"],
          "images": ["images/{patient}_{case}.nii.gz"],
          "label": "labels/{patient}_{case}.nii.gz",
          "labels": { "0": 0, "1": 1, "9": 2 }, // 9 is what our tool writes
          "normalisation": "ZScore",
          "size": [32, 32],
          "batchSize": 2,
          "split": [6, 2, 2]
        }
        """;

    [Fact]
    public void From_ten_lines_to_a_trained_network()
    {
        using var folder = new TemporaryFolder();
        int[] labels = [0, 1, 9];
        for (var patient = 0; patient < 10; patient++)
            foreach (var time in (string[])["before", "after"])
            {
                OfficialDownload.Write(folder[$"in/images/p{patient}_{time}.nii.gz"], [30, 28, 2], i => i % (90 + time.Length) + patient);
                OfficialDownload.Write(folder[$"in/labels/p{patient}_{time}.nii.gz"], [30, 28, 2], i => labels[i / 200 % 3]);
            }
        File.WriteAllText(folder["in/notes.txt"], "ours");
        var description = Described(folder, Hearts);
        var report = new DatasetPreparer(new OwnSource(description)).Prepare(folder["in"], folder["data/my-hearts"]);
        Assert.Equal((20, 10, 0), (report.Prepared, report.Patients.Total, report.ExitCode));
        Assert.Equal(new SplitSizes(6, 2, 2), report.Patients);
        Assert.Equal(["other-file"], report.Notes.Select(note => note.Code));
        Assert.Empty(InTest.Verify(folder["data/my-hearts"]));

        var info = DatasetCatalog.Get("MY-HEARTS", folder["data"]);
        Assert.Equal(["background", "cavity", "wall"], info.ClassNames);
        Assert.Contains(DatasetSummary.List(folder["data"]), summary => summary is { Info.Key: "my-hearts", IsPrepared: true });
        var dataset = PreparedDataset.Open(info, folder["data"]);
        var slices = dataset.Slices(SplitPart.Train);
        Assert.Equal((24, 1, 32, 32), (slices.Count, slices.Channels, slices.Height, slices.Width));
        Assert.Equal([0, 1, 2], slices.LabelsPresent.Select(label => (int)label));
        Assert.Equal("p3_after", dataset.Manifest!.Cases.First(record => record.PatientId == "p3").Id);

        var results = Experiment.Run(
            new RunConfiguration { Dataset = "my-hearts", Method = "mbls-5", Filters = 2, Epochs = 1, BatchSize = 8 },
            new ExperimentOptions { DataFolder = folder["data"], RunsFolder = folder["runs"], Device = "cpu" });
        Assert.Equal(4, results.Cases.Select(row => row.CaseId).Distinct().Count());
    }

    [Fact]
    public void MetaImages_and_modalities_in_files_of_their_own()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 4; i++)
        {
            MetaFile.Write(folder[$"in/c{i}/t1.mhd"], [6, 5, 2], "MET_SHORT", MetaFile.Ramp<short>(60), ("TransformMatrix", "-1 0 0 0 1 0 0 0 1"));
            MetaFile.Write(folder[$"in/c{i}/t2.mhd"], [6, 5, 2], "MET_FLOAT", MetaFile.Ramp<float>(60), ("TransformMatrix", "-1 0 0 0 1 0 0 0 1"));
            MetaFile.Write(folder[$"in/c{i}/mask.mhd"], [6, 5, 2], "MET_UCHAR", Enumerable.Range(0, 60).Select(v => (byte)(v % 2)), ("TransformMatrix", "-1 0 0 0 1 0 0 0 1"));
        }
        File.Delete(folder["in/c3/t2.mhd"]);
        var description = Described(folder, """
            { "key": "two", "classes": ["background", "it"], "images": ["{case}/t1.mhd", "**/{case}/t2.mhd"], "label": "{case}/mask.mhd",
              "channels": ["T1", "T2"], "orientation": "LPS", "window": [0, 50] }
            """);
        var report = new DatasetPreparer(new OwnSource(description)).Prepare(folder["in"], folder["out/two"]);
        Assert.Equal(("c3", "There is no T2 image."), report.Notes.Single(note => note.Code == "modality-missing") is var note ? (note.Case, note.Message) : default);
        var item = PreparedDataset.Open(folder["out/two"]).Load(SplitPart.Train)[0];
        Assert.Equal((2, 2, 5, 6), (item.Channels, item.Depth, item.Height, item.Width));
        Assert.Equal(Math.Clamp(5 * 3 - 40, 0, 50) / 50f, item.Image[0]);
        Assert.Equal(1, item.Labels[0]);
    }

    [Fact]
    public void Hdf5_with_image_and_labels_in_one_file()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 5; i++)
            Hdf5Case.Write(folder[$"in/h{i}.h5"], Cases.Make($"h{i}", channels: 2, seed: (ulong)i), AxisOrder.ChannelDepthHeightWidth);
        var description = Described(folder, """
            { "key": "hdf", "classes": ["background", "a", "b"], "images": ["{case}.h5"], "label": "{case}.h5", "channels": ["x", "y"], "normalisation": "None" }
            """);
        var report = new DatasetPreparer(new OwnSource(description)).Prepare(folder["in"], folder["out/hdf"]);
        Assert.Equal((5, 0), (report.Prepared, report.Skipped));
        var expected = Cases.Make("h2", channels: 2, seed: 2);
        var dataset = PreparedDataset.Open(folder["out/hdf"]);
        var item = SplitParts.All.SelectMany(part => dataset.Load(part)).Single(item => item.Id == "h2");
        Assert.Equal(expected.Image, item.Image);
        Assert.Equal(expected.Labels, item.Labels);
        Assert.Equal(expected.Spacing, item.Spacing);
        var wrong = new OwnSource(description with { ImageData = "pictures" });
        Assert.All(new DatasetPreparer(wrong).Prepare(folder["in"], folder["out/no"]).Notes, note => Assert.Contains("found: img, mask", note.Message));
    }

    [Fact]
    public void A_pattern_that_fits_nothing_shows_the_files_that_there_are()
    {
        using var folder = new TemporaryFolder();
        OfficialDownload.Write(folder["in/scans/a.nii.gz"], [4, 4, 2], i => i);
        OfficialDownload.Write(folder["in/masks/a.nii.gz"], [4, 4, 2], i => i % 2);
        var description = Described(folder, """{ "key": "x", "classes": ["b", "f"], "images": ["image/{case}.nii.gz"], "label": "masks/{case}.nii.gz" }""");
        var error = Assert.Throws<DirectoryNotFoundException>(() => new OwnSource(description).List(folder["in"])).Message;
        Assert.Contains("'image/{case}.nii.gz' fits no file", error);
        Assert.Contains("masks/a.nii.gz, scans/a.nii.gz", error);
    }

    [Theory]
    [InlineData("\"klasses\": [\"a\"]", "there is no property 'klasses'; known are axes, batchSize")]
    [InlineData("\"key\": \"My Hearts\"", "key is 'My Hearts'")]
    [InlineData("\"key\": \"acdc\"", "is that of ACDC")]
    [InlineData("\"classes\": [\"background\"]", "classes has 1 names")]
    [InlineData("\"images\": []", "images is empty")]
    [InlineData("\"images\": [\"image.nii\"]", "needs {case} or {patient}")]
    [InlineData("\"images\": [\"../{case}.nii\"]", "below the source folder")]
    [InlineData("\"images\": [\"{subject}/{case}.nii\"]", "neither {case} nor {patient}")]
    [InlineData("\"images\": [\"{patient}/{case}.nii\"]", "in every pattern")]
    [InlineData("\"labels\": { \"4\": 7 }", "gives 4 the class 7")]
    [InlineData("\"window\": [3, 1]", "lower first")]
    [InlineData("\"orientation\": \"LLS\"", "LLS")]
    [InlineData("\"size\": [3]", "rows and columns")]
    [InlineData("\"batchSize\": 0", "batchSize is 0")]
    [InlineData("\"split\": [1, 2]", "three numbers")]
    [InlineData("\"split\": [0, 0, 0]", "three numbers")]
    [InlineData("\"normalisation\": \"Sometimes\"", "normalisation")]
    [InlineData("\"key\"", "is no JSON")]
    public void What_is_wrong_with_a_description_is_named(string property, string expected)
    {
        using var folder = new TemporaryFolder();
        var name = property.Split('"')[1];
        var lines = ((string, string)[])[
            ("key", "\"key\": \"x\""), ("classes", "\"classes\": [\"b\", \"f\"]"), ("images", "\"images\": [\"{case}.nii\"]"), ("label", "\"label\": \"{case}_gt.nii\"")];
        var json = $"{{ {string.Join(", ", lines.Where(line => line.Item1 != name).Select(line => line.Item2).Append(property))} }}";
        File.WriteAllText(folder["x.json"], json);
        var error = Assert.Throws<InvalidDataException>(() => DatasetDescription.Read(folder["x.json"])).Message;
        Assert.Contains(expected, error);
        Assert.Contains("x.json", error);
    }

    [Fact]
    public void The_example_of_the_readme_is_one()
    {
        var readme = File.ReadAllText(Path.Combine(SourceFolder(), "..", "..", "..", "..", "data-scripts", "README.md"));
        using var folder = new TemporaryFolder();
        var description = Described(folder, readme.Split("```json")[1].Split("```")[0]);
        Assert.Equal(("my-hearts", "labels/{patient}_{case}.nii.gz", 3), (description.Key, description.Label, description.Classes.Count));
        Assert.Equal(new SliceFit(192, 192), description.ToInfo().Fit);
        // Every property of a description is explained.
        foreach (var property in DataJson.Files.DatasetDescription.Properties)
            Assert.Contains($"`{property.Name}`", readme);
    }

    [Fact]
    public void Another_data_set_of_a_file_is_not_taken_for_the_same()
    {
        using var folder = new TemporaryFolder();
        Hdf5Case.Write(folder["in/h.h5"], Cases.Make("h"));
        var description = Described(folder, """{ "key": "h", "classes": ["b", "f", "g"], "images": ["{case}.h5"], "label": "{case}.h5" }""");
        new DatasetPreparer(new OwnSource(description)).Prepare(folder["in"], folder["out"]);
        Assert.Equal(1, new DatasetPreparer(new OwnSource(description)).Prepare(folder["in"], folder["out"]).Reused);
        Assert.Equal(0, new DatasetPreparer(new OwnSource(description with { ImageData = "mask" })).Prepare(folder["in"], folder["out"]).Reused);
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [Fact]
    public void A_damaged_description_in_a_prepared_folder_is_said()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine/dataset.json"], "{ \"key\": 3 }");
        Assert.Contains("dataset.json", Assert.Throws<InvalidDataException>(() => DatasetCatalog.Get("mine", folder.Path)).Message);
        Assert.Empty(DatasetCatalog.Own(folder.Path));
        Assert.Null(DatasetCatalog.Find("../mine", folder.Path));
        Assert.Contains("dataset.json", Assert.Throws<ArgumentException>(() => DatasetCatalog.Get("yours", folder.Path)).Message);
    }

    private static DatasetDescription Described(TemporaryFolder folder, string json)
    {
        File.WriteAllText(folder["description.json"], json);
        return DatasetDescription.Read(folder["description.json"]);
    }
}
