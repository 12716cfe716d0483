using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class StudyTablesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("margin-tables-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Captions_state_the_scale_and_what_is_missing()
    {
        RunResults[] runs = [RunStoreTests.Example("ce"), RunStoreTests.Example("mbls-5")];
        var study = new Study("s", [.. runs.Select(run => run.Record.Configuration), runs[0].Record.Configuration with { Seed = 9 }]) { Scale = "small scale" };
        var tables = StudyTables.Of(study, runs);
        Assert.Equal(["s-phantom-differences", "s-phantom-runs", "s-phantom-sound"], tables.Select(item => item.Name).Order());
        Assert.All(tables, item => Assert.StartsWith("Study 's', small scale; only 2 of 3 runs are finished.", item.Table.Caption));
        Assert.Equal(9, StudyTables.Save(tables, root).Count);
        Assert.StartsWith("Method,Seeds,dsc,", File.ReadAllText(Path.Combine(root, "s-phantom-sound.csv")));
    }

    [Fact]
    public void Another_setting_is_another_table()
    {
        var one = RunStoreTests.Example();
        var longer = one with { Record = one.Record with { Configuration = one.Record.Configuration with { Epochs = 5 } } };
        var study = new Study("s", [one.Record.Configuration, longer.Record.Configuration]);
        Assert.Equal(
            ["s-phantom-epochs-2-runs", "s-phantom-epochs-2-sound", "s-phantom-epochs-5-runs", "s-phantom-epochs-5-sound"],
            StudyTables.Of(study, [one, longer]).Select(item => item.Name).Order());
    }

    [Fact]
    public void Time_left_is_learnt_from_runs_of_the_same_kind_and_shared_by_the_processes()
    {
        var (run, estimate) = (RunStoreTests.Example().Record.Configuration, new StudyEstimate());
        Assert.Null(estimate.Left([(run, 1)], 1));
        estimate.Add(run, 10);
        estimate.Add(run with { Method = "mbls-5" }, 10, 0.5);
        estimate.Add(run with { Epochs = 200 }, 1000);
        Assert.Equal(20 / 1.5, estimate.Of(run with { Seed = 3 })!.Value, 9);
        Assert.Equal(1.5 * 20 / 1.5 / 2, estimate.Left([(run, 1), (run with { Seed = 2 }, 0.5)], 4)!.Value, 9);
        Assert.Equal(0, estimate.Left([], 2));
    }
}
