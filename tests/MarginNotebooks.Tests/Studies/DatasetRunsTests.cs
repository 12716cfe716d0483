using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class DatasetRunsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Finished_runs_are_loaded_and_the_others_named()
    {
        var run = RunStoreTests.Example();
        var other = run.Record.Configuration with { Method = "mbls-5" };
        var elsewhere = other with { Dataset = "acdc", PhantomPatients = 0 };
        var store = new RunStore(_folder.Path);
        store.Save(run);
        var sets = DatasetRuns.Of(new Study("test", [run.Record.Configuration, other, elsewhere]), store, train: false, new ExperimentOptions());

        Assert.Equal(["phantom", "acdc"], sets.Select(set => set.Dataset));
        Assert.Equal(run.Record.Configuration, Assert.Single(sets[0].Finished).Record.Configuration);
        Assert.Equal("phantom: 1 of 2 runs are finished. Not finished, and not shown: MbLS (m=5).", sets[0].ToString());
        Assert.Empty(sets[1].Finished);
        Assert.StartsWith("acdc: 0 of 1 runs are finished.", sets[1].ToString());
        Assert.Contains("margin train --dataset acdc --method mbls-5", DatasetRuns.Describe(sets).ToMarkdown());
    }

    [Fact]
    public void Seeds_are_told_apart_and_nothing_missing_is_said()
    {
        var run = RunStoreTests.Example();
        var store = new RunStore(_folder.Path);
        store.Save(run);
        var second = run.Record.Configuration with { Seed = 2 };

        Assert.EndsWith(
            "not shown: CE, seed 2.",
            DatasetRuns.Of(new Study("test", [run.Record.Configuration, second]), store, false, new ExperimentOptions())[0].ToString());
        Assert.Equal(
            "phantom: all 1 runs are finished.",
            DatasetRuns.Of(new Study("test", [run.Record.Configuration]), store, false, new ExperimentOptions())[0].ToString());
    }
}
