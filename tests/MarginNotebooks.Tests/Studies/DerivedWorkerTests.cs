using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Data.Shifts;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

/// <summary>Shifts and calibrations of stored runs: done once, gone on with, failing one by one, and read into tables.</summary>
public sealed class DerivedWorkerTests : IDisposable
{
    private static readonly StudyData Data = StudyData.Phantom(new PhantomOptions { Patients = 10, Size = 32, Depth = 2 });
    private static readonly StudyData Other = StudyData.Phantom(new PhantomOptions { Patients = 12, Size = 32, Depth = 2 });

    private static readonly IReadOnlyList<RunConfiguration> Runs =
        new StudyGrid(new RunConfiguration { Dataset = StudyData.PhantomKey, PhantomPatients = 10, Method = "ce", Filters = 2, Epochs = 1, BatchSize = 4 })
            .Over("method", "ce", "mbls-5").Over("seed", 1, 2).Runs();

    private readonly string root = Directory.CreateTempSubdirectory("margin-derived-").FullName;

    public DerivedWorkerTests()
    {
        foreach (var run in Runs)
            Experiment.Run(run, Options with { Store = Store, RunsFolder = StorePath });
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string StorePath => Path.Combine(root, "store");

    private RunStore Store => new(StorePath);

    private DerivedStore Derived => new(Path.Combine(root, "derived"));

    private ExperimentOptions Options => new() { Data = Data, Device = "cpu", RunsFolder = StorePath };

    private DerivedState[] Work(DerivedComputation computation, IReadOnlyList<RunConfiguration>? runs = null, ExperimentOptions? options = null) =>
        [.. new DerivedWorker(Store, Derived, options ?? Options).Run(runs ?? Runs, computation, (run, _) => $"margin {run.Name}").Select(outcome => outcome.State)];

    [Fact]
    public void Shifts_are_computed_once_recorded_and_read_into_tables()
    {
        var noise = new ShiftComputation([new GaussianNoise([1, 3])]);
        Assert.All(Work(noise), state => Assert.Equal(DerivedState.Computed, state));
        var record = Derived.Find("shift", Runs[1])!;
        Assert.Equal(Runs[1], record.Configuration);
        Assert.Equal($"margin {Runs[1].Name}", record.Command);
        Assert.Equal(["noise 1 3"], record.Options);
        Assert.Equal(InitialWeights.Sha256(Path.Combine(Store.FolderOf(Runs[1]), "best.safetensors")), record.WeightsSha256);
        Assert.Equal((Data.Checksum, Data.Test.Count, "cpu"), (record.DataChecksum, record.TestVolumes, record.Device));
        Assert.True(record.Seconds > 0);

        var before = File.GetLastWriteTimeUtc(Derived.ScoresOf("shift", Runs[1]));
        Assert.All(Work(noise), state => Assert.Equal(DerivedState.Present, state));
        Assert.Equal(before, File.GetLastWriteTimeUtc(Derived.ScoresOf("shift", Runs[1])));

        var results = ShiftRun.Load(Derived, Runs);
        Assert.Equal(4, results.Count);
        var table = ShiftTables.Compare(results, "noise", "ece");
        Assert.Equal(["CE", "MbLS (m=5)"], table.Frame.GetColumn<string>("Method").Values);
        // Two seeds: the mean of both over the same cases.
        var mean = results.Take(2).Average(run => run.Results.CasesOf("noise", 2).Average(row => row.Values["ece"]));
        Assert.Equal(mean, table.Frame.GetColumn<double>("3").GetAt(0), 1e-9);
        var difference = ShiftTables.Differences(results, "noise", "ece").Frame.GetColumn<double>("3").GetAt(0);
        Assert.Equal(table.Frame.GetColumn<double>("3").GetAt(1) - mean, difference, 1e-9);
        Assert.Contains("DSC under Gaussian noise", ShiftTables.Chart(results).AltText);
        Assert.Equal(4, DerivedRuns.Describe([.. results.Select(run => run.Record)]).Frame.RowCount);
        Assert.Throws<ArgumentException>(() => ShiftTables.Differences(results, "noise", "ece", reference: "nacl"));
        var published = new PublishedValues([new PublishedValue("shift-noise-3", "phantom", "ce", "ece", 0.25, "a test")]);
        var beside = ShiftTables.AgainstPublished(results, published, "noise", ["ece"], "sound");
        Assert.Equal(["as it is", "1", "3"], beside.Frame.GetColumn<string>("With").Values.Take(3));
        Assert.Equal(mean - 0.25, beside.Frame.GetColumn<double>("Difference").GetAt(2), 1e-9);
    }

    [Fact]
    public void Other_weights_and_more_shifts_are_computed_and_nothing_is_lost()
    {
        var one = Runs.Take(1).ToList();
        var (noise, blur) = (ShiftCatalog.Get("noise"), ShiftCatalog.Get("blur"));
        Work(new ShiftComputation([noise]), one);
        Assert.Equal([DerivedState.Computed], Work(new ShiftComputation([blur]), one));
        Assert.Equal([noise.Describe(), blur.Describe()], Derived.Find("shift", Runs[0])!.Options);
        Assert.Equal(["noise", "blur"], ShiftRun.Load(Derived, one)[0].Results.Shifts);
        Assert.Equal([DerivedState.Present], Work(new ShiftComputation([noise]), one));
        Assert.Equal([DerivedState.Computed], Work(new ShiftComputation([new GaussianNoise([9])]), one));

        var weights = Path.Combine(Store.FolderOf(Runs[0]), "best.safetensors");
        File.Copy(Path.Combine(Store.FolderOf(Runs[1]), "best.safetensors"), weights, overwrite: true);
        Assert.Equal([DerivedState.Computed], Work(new ShiftComputation([blur]), one));
        Assert.Equal([blur.Describe()], Derived.Find("shift", Runs[0])!.Options);
        // A result outlives its weights.
        File.Delete(weights);
        Assert.Equal([DerivedState.Present], Work(new ShiftComputation([blur]), one));
    }

    [Fact]
    public void Calibrations_of_several_seeds_become_one_row()
    {
        Assert.All(Work(new CalibrationComputation(["temperature", "vector"])), state => Assert.Equal(DerivedState.Computed, state));
        var results = CalibratedRun.Load(Derived, Runs);
        var table = CalibrationTables.Compare(results);
        Assert.Equal(["none", "temperature", "vector", "none", "temperature", "vector"], table.Frame.GetColumn<string>("Calibrator").Values);
        var mean = results.Take(2).Average(run => run.Results.CasesOf("temperature").Average(row => row.Values["nll/all"]));
        Assert.Equal(mean, table.Frame.GetColumn<double>("nll/all").GetAt(1), 1e-9);
        var own = CalibrationTables.Differences(results);
        Assert.Equal(4, own.Frame.RowCount);
        Assert.Equal(mean - table.Frame.GetColumn<double>("nll/all").GetAt(0), own.Frame.GetColumn<double>("nll/all").GetAt(0), 1e-9);
        Assert.Equal(0, own.Frame.GetColumn<double>("dsc").GetAt(0), 1e-9); // a temperature never changes the predicted class
        var against = CalibrationTables.Differences(results, "ce", "temperature");
        Assert.Equal(5, against.Frame.RowCount);
        Assert.Equal(8, CalibrationTables.Fits(results).Frame.RowCount);
        Assert.Contains("validation pixels", results[0].Record.Notes[0]);
        Assert.Throws<ArgumentException>(() => CalibrationTables.Differences(results, "nacl"));
        // Made up, to see it beside ours.
        var published = new PublishedValues([new PublishedValue("posthoc-temperature", "phantom", "ce", "ece", 0.25, "a test")]);
        var beside = CalibrationTables.AgainstPublished(results, published, ["dsc", "ece"], "sound");
        Assert.Equal(12, beside.Frame.RowCount);
        Assert.Equal(0.25, beside.Frame.GetColumn<double>("Published").GetAt(3));
        Assert.Equal(table.Frame.GetColumn<double>("ece").GetAt(1) - 0.25, beside.Frame.GetColumn<double>("Difference").GetAt(3), 1e-9);
        Assert.Single(beside.Frame.GetColumn<double>("Published").Values, value => !double.IsNaN(value));
        Assert.Contains("a test", beside.Caption);
        Assert.Equal(["temperature", "vector"], Derived.Find("posthoc", Runs[0])!.Options);
    }

    [Fact]
    public void What_cannot_be_computed_is_named_and_the_rest_is_done()
    {
        var computation = new ShiftComputation([new GaussianNoise([1])]);
        File.WriteAllText(Path.Combine(Store.FolderOf(Runs[0]), "best.safetensors"), "no weights");
        File.Delete(Path.Combine(Store.FolderOf(Runs[1]), "run.json"));
        using (var claim = Derived.Claim("shift", Runs[2]))
            Assert.Equal([DerivedState.Failed, DerivedState.RunMissing, DerivedState.Elsewhere, DerivedState.Computed], Work(computation));
        var failure = Derived.FailureOf("shift", Runs[0])!;
        Assert.Contains("best.safetensors", failure.Error);
        Assert.Equal(1, failure.Attempts);
        Assert.False(Directory.Exists(Derived.FolderOf("shift", Runs[1])));

        // Data that the run was not trained on would give numbers that look right.
        Assert.Equal([DerivedState.Failed], Work(computation, [Runs[2]], Options with { Data = Other }));
        Assert.Contains("other data", Derived.FailureOf("shift", Runs[2])!.Error);
        Assert.Equal([DerivedState.Computed], Work(computation, [Runs[2]]));
        Assert.Null(Derived.FailureOf("shift", Runs[2]));

        File.WriteAllText(Path.Combine(Derived.FolderOf("shift", Runs[3]), "record.json"), "{");
        Assert.Contains("record.json", Assert.Throws<InvalidDataException>(() => ShiftRun.Load(Derived, Runs)).Message);
    }

    [Fact]
    public void Stopped_half_way_it_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var computation = new ShiftComputation([new GaussianNoise([1])]);
        var worker = new DerivedWorker(Store, Derived, Options with { Cancellation = stop.Token });
        Assert.Throws<OperationCanceledException>(() => worker.Run(Runs, computation, (run, _) => run.Name, outcome =>
        {
            if (outcome.Run == Runs[1])
                stop.Cancel();
        }));
        Assert.Equal([DerivedState.Present, DerivedState.Present, DerivedState.Computed, DerivedState.Computed], Work(computation));
        Assert.Null(Derived.FailureOf("shift", Runs[2]));
    }
}
