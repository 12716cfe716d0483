using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Studies;

public sealed class ExperimentTests : IDisposable
{
    private static readonly StudyData Data = StudyData.Phantom(new PhantomOptions { Patients = 10, Size = 32, Depth = 2 });

    private static readonly RunConfiguration Configuration = new()
    {
        Dataset = StudyData.PhantomKey,
        PhantomPatients = 10,
        Method = "mbls-5",
        Filters = 2,
        Epochs = 2,
        BatchSize = 4,
    };

    private readonly string root = Directory.CreateTempSubdirectory("margin-experiment-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private ExperimentOptions Options => new()
    {
        Data = Data,
        RunsFolder = Path.Combine(root, "runs"),
        Store = new RunStore(Path.Combine(root, "results")),
        Device = "cpu",
    };

    [Fact]
    public void A_run_is_trained_evaluated_and_stored_with_all_that_repeats_it()
    {
        var results = Experiment.Run(Configuration, Options);

        Assert.Equal(2, results.Epochs.Count);
        Assert.Equal(["authors", "sound"], results.Cases.Select(row => row.Protocol).Distinct().Order());
        Assert.Equal(Data.Test.Count, results.CasesOf("sound").Count);
        Assert.Equal(Data.Checksum, results.Record.DataChecksum);
        Assert.Equal([Data.Training.Count, Data.Validation.Count, Data.Test.Count], results.Record.DataCounts);
        Assert.Contains("--method mbls-5", results.Record.Command);
        Assert.True(Options.Store!.Contains(Configuration));
        Assert.Equal(results.CasesOf("sound")[0].Values["ece"], Options.Store.Load(Configuration).CasesOf("sound")[0].Values["ece"]);
    }

    [Fact]
    public void A_finished_run_is_not_repeated()
    {
        Experiment.Run(Configuration, Options);
        var reports = 0;
        Experiment.Run(Configuration, Options with { Progress = new Counter(() => reports++) });
        Assert.Equal(0, reports);
    }

    [Fact]
    public void A_cancelled_run_goes_on_to_the_same_scores()
    {
        var whole = Experiment.Run(Configuration, Options with { RunsFolder = Path.Combine(root, "whole"), Store = null });
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Experiment.Run(
            Configuration, Options with { Progress = new Counter(stop.Cancel), Cancellation = stop.Token }));
        var resumed = Experiment.Run(Configuration, Options);

        Assert.True(resumed.Record.Resumed);
        foreach (var (first, second) in whole.Cases.Zip(resumed.Cases))
            Assert.Equal(first.Values, second.Values);
    }

    [Fact]
    public void Padding_is_not_scored()
    {
        var item = Data.Test[0];
        var odd = item with
        {
            Height = 20,
            Width = 27,
            Image = item.Image[..(item.Depth * 20 * 27)],
            Labels = item.Labels[..(item.Depth * 20 * 27)],
        };
        using var network = new Brightness();
        var evaluation = Evaluation.Run(network, Data.Info, [odd], [EvaluationProtocol.Sound], CPU, TestContext.Current.CancellationToken);
        Assert.Equal(item.Depth * 20 * 27, evaluation.Cases[0].Values["pixels/all"]);
    }

    [Fact]
    public void Runs_on_different_data_are_not_put_into_one_table()
    {
        var one = RunStoreTests.Example();
        var other = RunStoreTests.Example("mbls-5");
        Assert.Throws<ArgumentException>(() => ResultTables.Compare([one, other with { Record = other.Record with { DataChecksum = "11" } }], scores: ["dsc"]));
    }

    [Fact]
    public void Tables_average_seeds_within_a_case_and_pair_cases()
    {
        var ce1 = RunStoreTests.Example("ce", 1);
        var ce2 = RunStoreTests.Example("ce", 2);
        var mbls = RunStoreTests.Example("mbls-5", 1);
        ce1 = With(ce1, 0.2, 0.4);
        ce2 = With(ce2, 0.4, 0.6);
        mbls = With(mbls, 0.5, 0.7);

        var table = ResultTables.Compare([ce1, ce2, mbls], scores: ["dsc"]).ToCsv().Split('\n');
        Assert.StartsWith("CE,2,0.4,", Rounded(table[1]));
        Assert.StartsWith("MbLS (m=5),1,0.6,", Rounded(table[2]));
        var differences = ResultTables.Differences([ce1, ce2, mbls], scores: ["dsc"]).ToCsv().Split('\n');
        Assert.Equal("MbLS (m=5),0.2,0.2,0.2", Rounded(differences[1]));

        static RunResults With(RunResults run, double first, double second) => run with
        {
            Cases =
            [
                new CaseRow("sound", "a", "p1", new Dictionary<string, double> { ["dsc"] = first }),
                new CaseRow("sound", "b", "p2", new Dictionary<string, double> { ["dsc"] = second }),
            ],
        };

        static string Rounded(string line) => string.Join(',', line.TrimEnd('\r').Split(',').Select(cell =>
            double.TryParse(cell, System.Globalization.CultureInfo.InvariantCulture, out var value)
                ? Math.Round(value, 9).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : cell));
    }

    private sealed class Counter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }

    /// <summary>A network without weights: the brighter a pixel, the higher its class.</summary>
    private sealed class Brightness() : nn.Module<Tensor, Tensor>("brightness")
    {
        public override Tensor forward(Tensor input) => cat([1 - input, input, input * 2 - 1, input * 3 - 2], 1);
    }
}
