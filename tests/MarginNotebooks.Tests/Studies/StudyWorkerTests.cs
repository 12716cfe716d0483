using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class StudyWorkerTests : IDisposable
{
    private static readonly StudyData Data = StudyData.Phantom(new PhantomOptions { Patients = 10, Size = 32, Depth = 2 });

    private static readonly IReadOnlyList<RunConfiguration> Runs =
        new StudyGrid(new RunConfiguration { Dataset = StudyData.PhantomKey, PhantomPatients = 10, Method = "ce", Filters = 2, Epochs = 2, BatchSize = 4 })
            .Over("method", "ce", "mbls-5").Runs();

    private readonly string root = Directory.CreateTempSubdirectory("margin-worker-").FullName;
    private readonly Heard heard = new();

    public void Dispose() => Directory.Delete(root, recursive: true);

    private StudyStore Store => new(root);

    private ExperimentOptions Options => new() { Data = Data, Device = "cpu", SampleVolumes = 2 };

    private bool Work(ExperimentOptions? options = null) => new StudyWorker(Store, options ?? Options, heard).Run(Runs);

    [Fact]
    public void Every_run_leaves_record_tables_checkpoints_and_sample_logits_in_one_folder()
    {
        Assert.True(Work());
        foreach (var run in Runs)
        {
            Assert.Equal(RunState.Finished, Store.StatusOf(run).State);
            var files = Directory.GetFiles(Store.FolderOf(run)).Select(Path.GetFileName);
            Assert.Equal(
                ["best.safetensors", "cases.csv", "claim.lock", "epochs.csv", "epochs.jsonl", "last.ckpt", "logits.safetensors", "previous.ckpt", "reliability.csv", "run.json"],
                files.Order(StringComparer.Ordinal));
            var record = Store.Results.Load(run).Record;
            Assert.Equal(["authors", "sound"], record.Protocols!.Order());
            Assert.True(record.PeakMemoryMegabytes > 10);
        }
        Assert.Equal(2, heard.Of(StudyEventKind.Started).Count);
        Assert.Equal(2, heard.Of(StudyEventKind.Finished).Count);
    }

    [Fact]
    public void Finished_runs_are_not_repeated()
    {
        Work();
        heard.Events.Clear();
        Assert.True(Work());
        Assert.Empty(heard.Events);
    }

    [Fact]
    public void Sample_logits_are_those_of_the_kept_network()
    {
        Work();
        var samples = SampleLogits.Read(Path.Combine(Store.FolderOf(Runs[0]), SampleLogits.FileName));
        Assert.Equal(Data.Test.Take(2).Select(item => item.Id).Order(), samples.Select(sample => sample.CaseId));
        var volume = Data.Test.First(item => item.Id == samples[0].CaseId);
        Assert.Equal((volume.Height, volume.Width, 4), (samples[0].Height, samples[0].Width, samples[0].Classes));
        Assert.Equal(volume.Labels[(samples[0].Slice * 1024)..((samples[0].Slice + 1) * 1024)], samples[0].Labels);
        using var network = Experiment.LoadNetwork(Runs[0], Data, Options with { RunsFolder = root });
        using var image = TorchSharp.torch.tensor(volume.Image[(samples[0].Slice * 1024)..((samples[0].Slice + 1) * 1024)], [1, 1, 32, 32]);
        using var logits = new MarginNotebooks.Training.Predictor(network).Predict(image);
        foreach (var (expected, stored) in logits.data<float>().ToArray().Zip(samples[0].Logits))
            Assert.Equal(expected, stored, 0.01f);
        var prediction = samples[0].Predict("ce");
        Assert.All(prediction.Confidence, value => Assert.InRange(value, 0.25f, 1f));
    }

    [Fact]
    public void A_run_that_fails_is_recorded_and_the_rest_goes_on()
    {
        BlockTraining(Runs[0]);
        Assert.False(Work());
        var failure = Store.FailureOf(Runs[0])!;
        Assert.Contains("last.ckpt", failure.Error);
        Assert.Equal((1, Runs[0].Command), (failure.Attempts, failure.Command));
        Assert.Equal(RunState.Failed, Store.StatusOf(Runs[0]).State);
        Assert.Equal(RunState.Finished, Store.StatusOf(Runs[1]).State);
        Assert.Equal(failure.Error, Assert.Single(heard.Of(StudyEventKind.Failed)).Message);
    }

    [Fact]
    public void A_failed_run_is_left_alone_until_it_is_given_another_try()
    {
        BlockTraining(Runs[0]);
        Work();
        heard.Events.Clear();
        Assert.False(Work());
        Assert.Empty(heard.Events);

        Assert.True(Store.ForgetFailure(Runs[0]));
        Assert.False(Store.ForgetFailure(Runs[1]));
        Assert.True(File.Exists(Store.PathOf(Runs[0], "last.ckpt.damaged")));
        Assert.True(Work());
    }

    [Fact]
    public void A_damaged_table_is_named_and_made_anew_without_training_again()
    {
        Work();
        var table = Store.PathOf(Runs[0], "cases.csv");
        var whole = File.ReadAllText(table);
        File.Delete(table);
        var status = Store.StatusOf(Runs[0]);
        Assert.Equal(RunState.Damaged, status.State);
        Assert.Contains("cases.csv", status.Note);

        Assert.True(Work());
        Assert.Contains("cases.csv", heard.Of(StudyEventKind.Warning)[0].Message);
        Assert.Equal(whole, File.ReadAllText(table));
    }

    [Fact]
    public void A_damaged_last_checkpoint_is_named_and_the_one_before_goes_on()
    {
        Stop(after: 1);
        File.WriteAllText(Store.PathOf(Runs[0], "last.ckpt"), "nothing");
        Work();
        Assert.Contains(heard.Of(StudyEventKind.Warning), warning => warning.Message!.Contains("last.ckpt"));
        Assert.Equal(RunState.Finished, Store.StatusOf(Runs[0]).State);
    }

    [Fact]
    public void A_stopped_run_goes_on()
    {
        Stop(after: 1);
        Assert.Equal(RunState.Started, Store.StatusOf(Runs[0]).State);
        Assert.True(Work());
        Assert.True(Store.Results.Load(Runs[0]).Record.Resumed);
    }

    [Fact]
    public async Task A_claimed_run_is_left_to_its_owner_and_taken_over_when_that_is_gone()
    {
        var claim = Store.Claim(Runs[0])!;
        Assert.Null(Store.Claim(Runs[0]));
        Assert.Equal(RunState.Running, Store.StatusOf(Runs[0]).State);
        var work = Task.Run(() => Work(), TestContext.Current.CancellationToken);
        while (Store.StatusOf(Runs[1]).State != RunState.Finished)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(heard.Of(StudyEventKind.Started), started => started.Run == Runs[0].Name);
        claim.Dispose();
        Assert.True(await work);
        Assert.Equal(RunState.Finished, Store.StatusOf(Runs[0]).State);
    }

    [Fact]
    public void A_data_set_that_is_not_prepared_is_no_failure_of_the_run()
    {
        var run = new RunConfiguration { Dataset = "hippocampus", Method = "ce" };
        Assert.False(new StudyWorker(Store, new ExperimentOptions { DataFolder = Path.Combine(root, "none"), Device = "cpu" }, heard).Run([run]));
        Assert.Contains("data-scripts", Assert.Single(heard.Of(StudyEventKind.Unavailable)).Message);
        Assert.Null(Store.FailureOf(run));
    }

    [Fact]
    public void Finished_runs_of_another_folder_are_adopted()
    {
        Work();
        var other = new StudyStore(Path.Combine(root, "other"));
        var study = new Study("s", Runs);
        Assert.Equal(2, other.Adopt(study, Store.Results));
        Assert.Equal(0, other.Adopt(study, Store.Results));
        Assert.Equal(RunState.Finished, other.StatusOf(Runs[0]).State);
    }

    [Fact]
    public void Cleaning_lists_or_takes_checkpoints_and_never_results()
    {
        Work();
        var study = new Study("s", [Runs[0]]);
        var orphan = Path.Combine(root, "phantom", "mbls-9-seed1-00000000");
        Directory.CreateDirectory(orphan);
        File.WriteAllText(Path.Combine(orphan, "last.ckpt"), "x");

        var listed = StudyCleaning.Clean(Store, study, CleaningTargets.Checkpoints, dryRun: true);
        Assert.Equal(["last.ckpt", "previous.ckpt"], listed.Select(item => Path.GetFileName(item.Path)).Order());
        Assert.All(listed, item => Assert.True(File.Exists(item.Path)));

        var taken = StudyCleaning.Clean(Store, study, CleaningTargets.Checkpoints | CleaningTargets.Weights | CleaningTargets.Orphaned, dryRun: false, [new Study("t", [Runs[1]])]);
        Assert.Equal(["best.safetensors", "last.ckpt", "last.ckpt", "previous.ckpt"], taken.Select(item => Path.GetFileName(item.Path)).Order());
        Assert.All(taken, item => Assert.False(File.Exists(item.Path)));
        Assert.Equal(RunState.Finished, Store.StatusOf(Runs[0]).State);
        Assert.True(File.Exists(Store.PathOf(Runs[1], "last.ckpt")));
    }

    // Two files of nothing: no checkpoint can be read.
    private void BlockTraining(RunConfiguration run)
    {
        Directory.CreateDirectory(Store.FolderOf(run));
        File.WriteAllText(Store.PathOf(run, "last.ckpt"), "nothing");
        File.WriteAllText(Store.PathOf(run, "previous.ckpt"), "nothing");
    }

    // Stops in the epoch after the first, so that there are two checkpoints.
    private void Stop(int after)
    {
        using var stop = new CancellationTokenSource();
        heard.When = value =>
        {
            if (value.Kind == StudyEventKind.Progress && value.Fraction * value.Epochs >= after)
                stop.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Work(Options with { Cancellation = stop.Token }));
        heard.When = null;
        heard.Events.Clear();
    }

    private sealed class Heard : IProgress<StudyEvent>
    {
        public List<StudyEvent> Events { get; } = [];

        public Action<StudyEvent>? When { get; set; }

        public List<StudyEvent> Of(StudyEventKind kind)
        {
            lock (Events) return [.. Events.Where(value => value.Kind == kind)];
        }

        public void Report(StudyEvent value)
        {
            lock (Events) Events.Add(value);
            When?.Invoke(value);
        }
    }
}
