using MarginNotebooks.Calibration;
using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Studies;

public sealed class CalibrationStudyTests : IDisposable
{
    private static readonly StudyData Data = StudyData.Phantom(new PhantomOptions { Patients = 10, Size = 32, Depth = 2 });

    private readonly UNet network = new(Data.Info.Channels, Data.Info.ClassCount, 2);

    public void Dispose() => network.Dispose();

    [Fact]
    public void Every_calibrator_is_fitted_and_scored_beside_the_network_itself()
    {
        using var folder = new TemporaryFolder();
        Calibrator[] calibrators = [new TemperatureCalibrator(), new DirichletCalibration(), new LocalTemperatureScaling { Epochs = 1 }];
        var said = new Said();
        var results = CalibrationStudy.Run(network, Data, calibrators, CPU, said, TestContext.Current.CancellationToken);

        Assert.Equal(["none", "temperature", "dirichlet", "local-temperature"], results.Calibrators);
        Assert.Equal(4 * 2 * Data.Test.Count, results.Rows.Count);
        var plain = Evaluation.Run(network, Data, CPU, TestContext.Current.CancellationToken).Cases;
        Assert.All(results.Rows.Where(row => row.Calibrator == "none").Zip(plain), pair => Assert.Equal(pair.Second.Values, pair.First.Case.Values));
        foreach (var (before, after) in results.CasesOf("none").Zip(results.CasesOf("temperature")))
        {
            Assert.Equal(before.Values["dsc"], after.Values["dsc"]);
            Assert.Equal(before.Values["hd95"], after.Values["hd95"]);
            Assert.NotEqual(before.Values["nll/all"], after.Values["nll/all"]);
        }
        // An untrained network is hopeless about the classes' frequencies, which Dirichlet calibration learns.
        Assert.True(Mean(results, "dirichlet") < Mean(results, "none") - 0.1);
        Assert.Contains(said.Lines, line => line.Contains("'dirichlet'"));

        Assert.Equal(results.Calibrators, results.Summary().Frame.GetColumn<string>("Calibrator").Values);
        var path = Path.Combine(folder.Path, "calibration.csv");
        results.SaveCsv(path);
        var lines = File.ReadAllLines(path);
        Assert.Equal(1 + results.Rows.Count, lines.Length);
        Assert.StartsWith("calibrator,protocol,case,patient,dsc,", lines[0]);
        var read = CalibrationResults.ReadCsv(path);
        Assert.Equal(results.Rows.Select(row => (row.Calibrator, row.Case.Protocol, row.Case.CaseId)), read.Rows.Select(row => (row.Calibrator, row.Case.Protocol, row.Case.CaseId)));
        foreach (var (written, again) in results.Rows.Zip(read.Rows))
            Assert.All(written.Case.Values, score => Assert.Equal(score.Value, again.Case.Values[score.Key]));
        Assert.Equal(results.Summary().ToCsv(), read.Summary().ToCsv());
        File.WriteAllText(path, "shift,strength\n");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => CalibrationResults.ReadCsv(path)).Message);
        Assert.Throws<ArgumentException>(() => results.CasesOf("vector"));
        foreach (var calibrator in calibrators)
            calibrator.Dispose();
    }

    [Fact]
    public void A_key_may_occur_once() =>
        Assert.Contains("temperature", Assert.Throws<ArgumentException>(() =>
            CalibrationStudy.Run(
                network, Data, [new TemperatureCalibrator(), new TemperatureCalibrator()], CPU, cancellation: TestContext.Current.CancellationToken)).Message);

    [Fact]
    public void Padding_is_not_fitted_to()
    {
        var item = Data.Test[0];
        var small = item with
        {
            Height = 20,
            Width = 27,
            Image = item.Image[..(item.Depth * 20 * 27)],
            Labels = item.Labels[..(item.Depth * 20 * 27)],
        };
        using var logits = new ValidationLogits(network, new SliceBatcher(SliceSet.FromCases([small, item], 32, 32)), CPU, batchSize: 3);
        var sample = PixelSample.Collect(logits, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(item.Depth * (20 * 27 + 32 * 32), sample.Seen);
    }

    [Fact]
    public void Kept_or_computed_again_the_batches_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var kept = new ValidationLogits(network, Data.Validation, CPU, batchSize: 1);
        using var again = new ValidationLogits(network, Data.Validation, CPU, batchSize: 1) { MemoryLimit = 20_000 };
        var predictor = new Predictor(network, CPU, batchSize: 1);
        for (var pass = 0; pass < 2; pass++)
        {
            var count = 0;
            foreach (var (one, other) in kept.Zip(again))
            {
                using var inner = NewDisposeScope();
                Assert.True(one.Logits.equal(other.Logits).all().item<bool>());
                Assert.True(one.Labels.equal(other.Labels).all().item<bool>());
                Assert.True(one.Logits.equal(predictor.Predict(one.Image!)).all().item<bool>());
                count++;
            }
            Assert.Equal(Data.Validation.Count, count);
        }
    }

    private static double Mean(CalibrationResults results, string key) => results.CasesOf(key).Average(row => row.Values["nll/all"]);

    private sealed class Said : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value) => Lines.Add(value);
    }
}
