using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Display;

namespace MarginNotebooks.Tests.Studies;

public sealed class DynamicsTableTests
{
    [Fact]
    public void First_kept_and_last_epoch_are_rows_and_equal_ones_are_one()
    {
        var table = DynamicsTable.Of([Run("ce", 1, 0.1, 0.3, 0.2), Run("mbls-5", 2, 0.2, 0.3, 0.4)]);

        Assert.Equal(["CE", "CE", "CE", "MbLS (m=5)", "MbLS (m=5)"], Column<string>(table, "Method"));
        Assert.Equal(["first", "kept", "last", "first", "kept and last"], Column<string>(table, "Which"));
        Assert.Equal([1, 2, 3, 1, 3], Column<double>(table, "Epoch"));
        Assert.Equal([0.1, 0.3, 0.2, 0.2, 0.4], Column<double>(table, "DSC"));
        Assert.Equal([1.1, 1.3, 1.2, 1.2, 1.4], Column<double>(table, "ECE"));
        Assert.Equal([3.1, 3.3, 3.2, 3.2, 3.4], Column<double>(table, "Logit distance"));
    }

    [Fact]
    public void A_run_whose_log_has_no_scores_is_named_and_not_dropped_in_silence()
    {
        var old = RunStoreTests.Example("mbls-5");
        var runs = new[] { Run("ce", 0, 0.1, 0.2), old };

        Assert.Contains("not shown, as their logs hold no such scores: MbLS (m=5)", DynamicsTable.Of(runs).Caption);
        var figure = RunCharts.Dynamics(runs);
        Assert.Contains("not shown, as their logs hold no such scores: MbLS (m=5)", figure.ToPlotlyJson());
        Assert.Equal(4, MadeUp.Traces(figure, "CE").Length);
        Assert.Contains("No epoch log of the 1 runs", Assert.Throws<ArgumentException>(() => RunCharts.Dynamics([old])).Message);
        Assert.Throws<ArgumentException>(() => DynamicsTable.Of([]));
    }

    private static RunResults Run(string method, int kept, params double[] dice)
    {
        var run = RunStoreTests.Example(method);
        return run with { Record = run.Record with { BestEpoch = kept }, Epochs = TrainingDynamicsTests.Log(dice) };
    }

    private static T[] Column<T>(MarginNotebooks.Display.Table table, string name) => [.. table.Frame.GetColumn<T>(name).Values];
}
