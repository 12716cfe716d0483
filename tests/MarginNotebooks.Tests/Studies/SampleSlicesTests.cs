using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Display;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Studies;

/// <summary>Logits of one made-up slice, stored and read again.</summary>
public sealed class SampleSlicesTests : IDisposable
{
    // Two classes, four pixels: right background, right foreground, missed foreground, wrong foreground.
    private static readonly byte[] Labels = [0, 1, 1, 0];
    private static readonly float[] Logits = [4, 0, 3, 0, 0, 2, 0, 6];
    private readonly TemporaryFolder _folder = new();
    private readonly RunStore _store;

    public SampleSlicesTests() => _store = new RunStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_scores_are_those_of_the_stored_logits()
    {
        var slices = SampleSlices.Read([Stored("ce", Logits)], _store);
        var table = slices.Scores();

        Assert.Equal(["a, slice 3"], slices.Slices);
        Assert.Equal(0.5, Number(table, "DSC 1")); // one of two found, one too many
        var confidence = (Softmax(2) + Softmax(3) + Softmax(6)) / 3;
        Assert.Equal(confidence, Number(table, "confidence 1"), 1e-6);
        Assert.Equal(1.0 / 3, Number(table, "accuracy 1"), 1e-12);
        var figure = slices.Comparison(margin: 0);
        Assert.Contains("Prediction: DSC 0.500", MadeUp.Annotations(figure));
        Assert.Contains("one slice (the fullest) of each of only 1 test volume", figure.ToPlotlyJson());

        static double Softmax(double distance) => 1 / (1 + Math.Exp(-distance));
    }

    [Theory]
    [InlineData(PixelRegion.All, 4, (4.0 + 2 + 3 + 6) / 4)]
    [InlineData(PixelRegion.Foreground, 2, (2.0 + 3) / 2)]
    [InlineData(PixelRegion.ForegroundUnion, 3, (2.0 + 3 + 6) / 3)]
    public void Distances_are_of_the_pixels_of_the_region(PixelRegion region, int pixels, double mean)
    {
        var distributions = SampleSlices.Read([Stored("ce", Logits)], _store).Distributions(region);

        Assert.Equal(mean, Number(distributions.DistanceShares(5), "Mean largest distance"), 1e-6);
        Assert.Contains($"CE {pixels} pixels", distributions.LogitDistances(5).AltText);
        // The distance of the class that is not true is 0 where the prediction is wrong.
        Assert.Equal(0, Number(distributions.DistanceShares(5), "above 5"));
        Assert.Equal((region == PixelRegion.All ? 2.0 : 1) / pixels, Number(distributions.DistanceShares(1.5), "above 1.5"), 1e-12);
        Assert.Contains($"{(region == PixelRegion.All ? 2 : 1)} right", string.Join(' ', MadeUp.Annotations(distributions.Outcomes())));
        Assert.Contains("CE mean confidence", distributions.Confidence().AltText);
        Assert.Contains("CE background", distributions.PerClass(["ce"]).AltText);
    }

    [Fact]
    public void A_run_without_the_file_is_named_in_every_caption()
    {
        var slices = SampleSlices.Read([Stored("ce", Logits), RunStoreTests.Example("mbls-5")], _store);

        Assert.Equal(["MbLS (m=5)"], slices.Without);
        const string words = "not shown, as they kept no logits: MbLS (m=5)";
        Assert.Contains(words, slices.Comparison().ToPlotlyJson());
        Assert.Contains(words, slices.Scores().Caption);
        Assert.Contains(words, slices.Distributions(PixelRegion.All).LogitDistances().ToPlotlyJson());
        var none = Assert.Throws<FileNotFoundException>(() => SampleSlices.Read([RunStoreTests.Example("mbls-5")], _store));
        Assert.Contains("margin study export", none.Message);
    }

    [Fact]
    public void Logits_that_a_run_left_where_it_was_trained_are_found()
    {
        var run = RunStoreTests.Example();
        var options = new ExperimentOptions { RunsFolder = _folder["runs"] };
        Write(Experiment.RunFolder(run.Record.Configuration, options), Logits, Labels);

        Assert.Equal(["CE"], SampleSlices.Read([run], _store, options).Names);
        Assert.Throws<FileNotFoundException>(() => SampleSlices.Read([run], _store));
    }

    [Fact]
    public void Files_of_other_data_are_reported_by_name()
    {
        var (first, second) = (Stored("ce", Logits), Stored("mbls-5", Logits, [1, 1, 1, 0]));
        Assert.Contains("another annotation in the file of 'MbLS (m=5)'", Assert.Throws<InvalidDataException>(() => SampleSlices.Read([first, second], _store)).Message);
        var third = Stored("ls-0.1", [.. Logits, 0, 0, 0, 0]);
        Assert.Contains("holds logits of 3 classes, but the run has 2", Assert.Throws<InvalidDataException>(() => SampleSlices.Read([third], _store)).Message);
        Assert.Contains("There are the slices 0 to 0", Assert.Throws<ArgumentOutOfRangeException>(() => SampleSlices.Read([first], _store).Calibration(1)).Message);
        Assert.Contains("there are ce", Assert.Throws<ArgumentException>(() => SampleSlices.Read([first], _store).Calibration(0, ["nacl"])).Message);
    }

    private RunResults Stored(string method, float[] logits, byte[]? labels = null)
    {
        var run = RunStoreTests.Example(method);
        Write(_store.FolderOf(run.Record.Configuration), logits, labels ?? Labels);
        return run;
    }

    private static void Write(string folder, float[] logits, byte[] labels)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(Path.Combine(folder, SampleLogits.FileName),
        [
            new("a/2/image", zeros(2, 2, dtype: ScalarType.Float16)),
            new("a/2/labels", tensor(labels, [2, 2])),
            new("a/2/logits", tensor(logits, [logits.Length / 4, 2, 2]).to(ScalarType.Float16)),
        ]);
    }

    private static double Number(MarginNotebooks.Display.Table table, string column) => table.Frame.GetColumn<double>(column).Values.Single();
}
