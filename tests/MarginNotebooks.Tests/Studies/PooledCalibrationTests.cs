using Deedle;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Studies;

public sealed class PooledCalibrationTests
{
    [Fact]
    public void The_estimate_is_the_error_of_the_pooled_bins()
    {
        var runs = ComparisonTests.Committed();
        var table = PooledCalibration.Of(runs, options: new BootstrapOptions(Replicates: 200));

        foreach (var region in new[] { "foreground", "union", "all" })
        {
            Assert.Equal(runs.Select(run => CalibrationErrors.Expected(run.PooledBins(region))), Column(table, $"ece/{region}"));
            foreach (var (run, gap) in runs.Zip(Column(table, $"gap/{region}")))
            {
                var bins = run.PooledBins(region);
                Assert.Equal((bins.Confidence.Sum() - bins.Correct.Sum()) / bins.Total, gap, 1e-12);
                Assert.True(Math.Abs(gap) <= CalibrationErrors.Expected(bins) + 1e-12); // gaps cancel in it, and not in the ECE
            }
            foreach (var (value, (lower, upper)) in Column(table, $"gap/{region}").Zip(Column(table, $"gap/{region} lower").Zip(Column(table, $"gap/{region} upper"))))
                Assert.InRange(value, lower, upper);
        }
        Assert.Contains("50 test volumes", table.Caption);
    }

    [Fact]
    public void The_unit_of_the_interval_is_the_patient()
    {
        var run = RunStoreTests.Example();
        ReliabilityRow Row(string name, string patient, double correct)
        {
            var bins = new BinSums(1);
            (bins.Count[0], bins.Confidence[0], bins.Correct[0]) = (10, 8, correct);
            return new ReliabilityRow("all", name, patient, bins);
        }

        // Two volumes of one patient say nothing about other patients.
        var alone = PooledCalibration.Of([run with { Reliability = [Row("a", "p", 8), Row("b", "p", 2)] }], ["all"]);
        Assert.Equal(0.3, Column(alone, "gap/all")[0], 1e-12);
        Assert.Empty(Column(alone, "gap/all lower"));
        // Of two patients, a resample holds one twice, the other twice, or both.
        var two = PooledCalibration.Of([run with { Reliability = [Row("a", "p", 8), Row("b", "q", 2)] }], ["all"]);
        Assert.Equal(0, Column(two, "gap/all lower")[0], 1e-12);
        Assert.Equal(0.6, Column(two, "gap/all upper")[0], 1e-12);
        Assert.Throws<ArgumentException>(() => PooledCalibration.Of([]));
    }

    private static double[] Column(MarginNotebooks.Display.Table table, string name) => [.. table.Frame.GetColumn<double>(name).Values];
}
