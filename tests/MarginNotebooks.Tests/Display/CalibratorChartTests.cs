using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Display;

public sealed class CalibratorChartTests
{
    [Fact]
    public void Points_of_a_calibrator_stand_in_its_row_with_their_intervals()
    {
        var figure = CalibratorChart.Draw(
            [new("ECE", "CE", [("none", Estimate(0.3)), ("temperature", Estimate(0.2))]), new("ECE", "MbLS", [("none", Estimate(0.1)), ("vector", Estimate(0.4))])]);
        var root = System.Text.Json.Nodes.JsonNode.Parse(figure.ToPlotlyJson())!;
        var traces = root["data"]!.AsArray();
        Assert.Equal(4, traces.Count);
        Assert.Equal([0.3, 0.3], Numbers(traces[0]!["x"]!));
        Assert.Equal([0.3, 0.2], Numbers(traces[1]!["x"]!));
        Assert.Equal([-0.3, 0.7], Numbers(traces[1]!["y"]!));

        // MbLS has no temperature, and keeps the row of the calibrator it has.
        Assert.Equal([0.3, 2.3], Numbers(traces[3]!["y"]!));
        Assert.Equal(0.2, (double)traces[1]!["error_x"]!["array"]![0]!, 1e-9);
        Assert.Equal(0.1, (double)traces[1]!["error_x"]!["arrayminus"]![0]!, 1e-9);
        Assert.Equal(["none", "temperature", "vector"], root["layout"]!["yaxis"]!["ticktext"]!.AsArray().Select(text => (string)text!));
        Assert.Contains("ECE of CE: none 0.3, temperature 0.2", figure.AltText);
    }

    [Fact]
    public void Nothing_to_draw_is_said()
    {
        Assert.Contains("no calibrated run", Assert.Throws<ArgumentException>(() => CalibratorChart.Draw([])).Message);
        Assert.Contains("CE has no ECE", Assert.Throws<ArgumentException>(() => CalibratorChart.Draw([new("ECE", "CE", [])])).Message);
    }

    [Fact]
    public void Stored_results_give_a_panel_a_score_and_a_point_a_method()
    {
        var store = new DerivedStore(Workspace.Find(AppContext.BaseDirectory).Results);
        var runs = CalibratedRun.Load(store, NamedStudies.Get("posthoc", StudyScale.Reduced, ["hippocampus"], [1]).Runs);
        var figure = CalibrationTables.Chart(runs);
        var table = CalibrationTables.Compare(runs, scores: ["ece"]);
        Assert.Contains("ECE, whole image of MbLS (m=5): none", figure.AltText);
        var shown = System.Text.Json.Nodes.JsonNode.Parse(figure.ToPlotlyJson())!["data"]!.AsArray();
        Assert.Equal(2 * 2 * 3, shown.Count);
        Assert.Equal(table.Frame.RowCount, shown.Take(6).Where(trace => (string)trace!["mode"]! == "markers").Sum(trace => trace!["x"]!.AsArray().Count));
    }

    private static ScoreEstimate Estimate(double mean) => new("ece", mean, mean - 0.1, mean + 0.2, 5, 0, 5);

    private static IEnumerable<double> Numbers(System.Text.Json.Nodes.JsonNode array) => array.AsArray().Select(value => Math.Round((double)value!, 6));
}
