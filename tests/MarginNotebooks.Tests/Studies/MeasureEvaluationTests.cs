using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Metrics;
using MarginNotebooks.Models;
using MarginNotebooks.Studies;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Studies;

public sealed class MeasureEvaluationTests
{
    private static readonly Lazy<(SegmentationCase[] Volumes, MeasureEvaluation Evaluation)> s_run = new(() =>
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        SegmentationCase[] volumes = [.. PhantomDataset.Generate(new PhantomOptions { Patients = 3, Size = 32, Depth = 3 })];
        using var network = new UNet(1, DatasetCatalog.Phantom.ClassCount, 2);
        MeasureRegion[] regions = [MeasureRegion.All, MeasureRegion.Boundary(12)];
        return (volumes, MeasureEvaluation.Run(network, DatasetCatalog.Phantom, volumes, CalibrationMeasures.Keys, regions, CPU));
    });

    [Fact]
    public void Every_measure_is_given_per_case_and_pooled()
    {
        var (volumes, evaluation) = s_run.Value;
        var keys = evaluation.Rows.Select(row => row.Key).Distinct().ToArray();
        Assert.Equal(2 * (volumes.Length + 1) * keys.Length, evaluation.Rows.Count);
        Assert.All(evaluation.Rows, row => Assert.False(double.IsNaN(row.Value), $"{row}"));
        Assert.Equal(volumes.Sum(volume => (long)volume.Labels.Length), (long)evaluation.Pooled("all", "pixels"));
        Assert.True(evaluation.Pooled("boundary-12", "pixels") < evaluation.Pooled("all", "pixels"));
        Assert.Equal(evaluation.Mean("all", "pixels").Mean * volumes.Length, evaluation.Pooled("all", "pixels"), 1e-6);
        // A mean of pixels pools to the mean of the cases, weighted by their pixels; these have as many.
        Assert.Equal(evaluation.Mean("all", "brier").Mean, evaluation.Pooled("all", "brier"), 1e-9);
        Assert.Equal(volumes.Length, evaluation.Mean("boundary-12", "smece").Used);
    }

    [Fact]
    public void The_table_is_written_whole()
    {
        using var folder = new TemporaryFolder();
        var (_, evaluation) = s_run.Value;
        evaluation.Save(folder["measures.csv"]);
        var lines = File.ReadAllLines(folder["measures.csv"]);
        Assert.Equal("region,scope,case,patient,measure,value", lines[0]);
        Assert.Equal(evaluation.Rows.Count + 1, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("boundary-12,pooled,,,smece,", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_not_measured_is_named()
    {
        var (volumes, evaluation) = s_run.Value;
        Assert.Contains("'ece' of the region 'union'", Assert.Throws<ArgumentException>(() => evaluation.Mean("union", "ece")).Message);
        using var network = new UNet(1, 4, 2);
        ArgumentException Refused(string[] keys, MeasureRegion[] regions) => Assert.Throws<ArgumentException>(
            () => MeasureEvaluation.Run(network, DatasetCatalog.Phantom, volumes, keys, regions, CPU));
        Assert.Contains("'smooth'", Refused(["smooth"], [MeasureRegion.All]).Message);
        Assert.Contains("'ece' is named twice", Refused(["ece", "ece"], [MeasureRegion.All]).Message);
        Assert.Contains("'all' is named twice", Refused(["ece"], [MeasureRegion.All, MeasureRegion.All]).Message);
    }
}
