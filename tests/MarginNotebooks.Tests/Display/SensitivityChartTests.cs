using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Studies;
using MarginNotebooks.Tests.Studies;

namespace MarginNotebooks.Tests.Display;

public sealed class SensitivityChartTests
{
    [Theory]
    [InlineData("mbls-5", 5.0, 0.1)]
    [InlineData("mbls-10", 10.0, null)]
    [InlineData("mbls-5-lambda-0.2", null, 0.2)]
    [InlineData("mbls-l2-5", null, null)]
    [InlineData("ce", null, null)]
    public void A_key_holds_the_number_of_its_family_alone(string method, double? margin, double? weight)
    {
        Assert.Equal(margin, HyperParameter.Margin.ValueOf(method));
        Assert.Equal(weight, HyperParameter.Weight.ValueOf(method));
    }

    [Fact]
    public void Points_stand_at_their_values_with_their_intervals()
    {
        ScoreEstimate Estimate(double mean) => new("dsc", mean, mean - 0.1, mean + 0.2, 5, 0, 5);
        var figure = SensitivityChart.Draw(
            [new SensitivityLine("m", "DSC", "acdc", [(10, Estimate(0.7)), (3, Estimate(0.5))], Estimate(0.6)), new SensitivityLine("m", "DSC", "own", [(3, Estimate(0.4))])],
            "Title");
        var traces = JsonNode(figure)["data"]!.AsArray();
        Assert.Equal(3, traces.Count);
        Assert.Equal([3.0, 10.0], traces[0]!["x"]!.AsArray().Select(value => (double)value!));
        Assert.Equal([0.5, 0.7], traces[0]!["y"]!.AsArray().Select(value => (double)value!));
        Assert.Equal(0.2, (double)traces[0]!["error_y"]!["array"]![0]!, 1e-9);
        Assert.Equal(0.1, (double)traces[0]!["error_y"]!["arrayminus"]![0]!, 1e-9);
        Assert.Equal("dot", (string)traces[1]!["line"]!["dash"]!);
        Assert.Contains("10 gives 0.7", figure.AltText);
    }

    [Fact]
    public void Values_far_apart_stand_on_a_logarithmic_axis()
    {
        ScoreEstimate estimate = new("dsc", 0.5, 0.4, 0.6, 5, 0, 5);
        var root = JsonNode(SensitivityChart.Draw(
            [new SensitivityLine("λ", "DSC", "acdc", [(0.01, estimate), (0.1, estimate), (1, estimate)], estimate), new SensitivityLine("m", "DSC", "acdc", [(3, estimate), (10, estimate)])],
            "Title"));
        var (wide, narrow) = (root["layout"]!["xaxis"]!, root["layout"]!["xaxis2"]!);
        Assert.Equal(("log", "linear"), ((string)wide["type"]!, (string)narrow["type"]!));
        Assert.Equal(["0.01", "0.1", "1"], wide["ticktext"]!.AsArray().Select(text => (string)text!));
        Assert.Equal([-2.14, 0.14], wide["range"]!.AsArray().Select(value => Math.Round((double)value!, 6)));

        // The dotted line runs from end to end, in values.
        Assert.Equal([-2.14, 0.14], root["data"]![1]!["x"]!.AsArray().Select(value => Math.Round(Math.Log10((double)value!), 6)));
    }

    [Fact]
    public void Runs_give_a_line_a_data_set_and_a_panel_a_score()
    {
        var figure = HyperParameter.Draw(ComparisonTests.Committed(), [HyperParameter.Margin, HyperParameter.Smoothing], ["dsc", "ece"]);
        Assert.Contains("DSC on hippocampus by margin m: 5 gives", figure.AltText);
        Assert.Contains("ECE on hippocampus by LS, α: 0.1 gives", figure.AltText);
        Assert.Throws<ArgumentException>(() => HyperParameter.Draw(ComparisonTests.Committed(), [HyperParameter.Weight with { Anchors = [] }]));
    }

    private static System.Text.Json.Nodes.JsonNode JsonNode(Figure figure) => System.Text.Json.Nodes.JsonNode.Parse(figure.ToPlotlyJson())!;
}
