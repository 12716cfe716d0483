using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class StudyGridTests
{
    private static readonly StudyGrid Grid = new(new RunConfiguration { Dataset = "phantom", Method = "ce", PhantomPatients = 20 });

    [Fact]
    public void Axes_are_crossed_the_first_slowest()
    {
        var runs = Grid.Over("method", "ce", "mbls-5").Over("seed", 1, 2).ToStudy("s").Runs;
        Assert.Equal([("ce", 1), ("ce", 2), ("mbls-5", 1), ("mbls-5", 2)], runs.Select(run => (run.Method, run.Seed)));
        Assert.All(runs, run => Assert.Equal(20, run.PhantomPatients));
    }

    [Fact]
    public void Exclusions_leave_out_the_runs_that_have_all_their_values()
    {
        var runs = Grid.Over("method", "ce", "mbls-5").Over("seed", 1, 2).Except(("method", "ce"), ("seed", "2")).Runs();
        Assert.Equal([("ce", 1), ("mbls-5", 1), ("mbls-5", 2)], runs.Select(run => (run.Method, run.Seed)));
    }

    [Fact]
    public void Lambda_is_an_axis_and_the_papers_value_is_the_plain_run()
    {
        var runs = Grid.Over("lambda", 0.05, 0.1).Over("method", "mbls-5", "mbls-10").Runs();
        Assert.Equal(["mbls-5-lambda-0.05", "mbls-5", "mbls-10-lambda-0.05", "mbls-10"], runs.Select(run => run.Method));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        Assert.Contains("'epoch'", Assert.Throws<ArgumentException>(() => Grid.Over("epoch", 1)).Message);
        Assert.Contains("no values", Assert.Throws<ArgumentException>(() => Grid.Over("epochs")).Message);
        Assert.Contains("'1' twice", Assert.Throws<ArgumentException>(() => Grid.Over("seed", 1, "1")).Message);
        Assert.Contains("there twice", Assert.Throws<ArgumentException>(() => Grid.Over("seed", 1).Over("Seed", 2)).Message);
        Assert.Contains("nonsense", Assert.Throws<ArgumentException>(() => Grid.Over("method", "nonsense").Runs()).Message);
        Assert.Contains("no λ", Assert.Throws<ArgumentException>(() => Grid.Over("method", "ce").Over("lambda", 0.2).Runs()).Message);
        Assert.Throws<ArgumentException>(() => Grid.Except());
    }
}
