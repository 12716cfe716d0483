using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class ShiftChartTests
{
    private static readonly string[] Strengths = ["as it is", "0.5", "1"];

    [Fact]
    public void A_line_runs_through_the_means_and_its_band_along_the_intervals()
    {
        var figure = ShiftChart.Draw([new ShiftPanel("Noise", "σ", "DSC", Strengths, [Line("CE", 0.8, 0.7, 0.4)])], 1);
        var line = Assert.Single(MadeUp.Traces(figure, "CE"));
        Assert.Equal([0, 1, 2], MadeUp.Numbers(line.GetProperty("x")));
        Assert.Equal([0.8, 0.7, 0.4], MadeUp.Numbers(line.GetProperty("y")));
        var band = Assert.Single(MadeUp.Traces(figure, "CE band"));
        Assert.Equal([0, 1, 2, 2, 1, 0], MadeUp.Numbers(band.GetProperty("x")));
        Assert.Equal([0.75, 0.65, 0.35, 0.5, 0.8, 0.9], MadeUp.Numbers(band.GetProperty("y")));
        Assert.Equal(Strengths, MadeUp.Json(figure).GetProperty("layout").GetProperty("xaxis").GetProperty("ticktext").EnumerateArray().Select(text => text.GetString()));
        Assert.Contains("DSC under Noise: CE from 0.8 to 0.4", figure.AltText);
    }

    [Fact]
    public void Methods_have_one_legend_entry_and_one_colour_and_panels_of_a_score_one_axis_range()
    {
        ShiftPanel Panel(string shift, string score, double offset) =>
            new(shift, "x", score, Strengths, [Line("CE", 0.8 - offset, 0.7, 0.6), Line("MbLS", 0.9, 0.8, 0.7)]);
        var figure = ShiftChart.Draw([Panel("Noise", "DSC", 0), Panel("Blur", "DSC", 0.5), Panel("Noise", "ECE", 0.1), Panel("Blur", "ECE", 0.1)], 2);
        foreach (var name in new[] { "CE", "MbLS" })
        {
            var traces = MadeUp.Traces(figure, name);
            Assert.Equal(4, traces.Length);
            Assert.Single(traces, trace => trace.GetProperty("showlegend").GetBoolean());
            Assert.Single(traces.Select(trace => trace.GetProperty("line").GetProperty("color").GetString()).Distinct());
        }
        var layout = MadeUp.Json(figure).GetProperty("layout");
        Assert.Equal(Range("yaxis"), Range("yaxis2"));
        Assert.NotEqual(Range("yaxis"), Range("yaxis3"));
        Assert.Equal(["<b>Noise</b>", "<b>Blur</b>", "<b>Noise</b>", "<b>Blur</b>"], MadeUp.Annotations(figure));

        double[] Range(string axis) => MadeUp.Numbers(layout.GetProperty(axis).GetProperty("range"));
    }

    [Fact]
    public void Values_that_do_not_fit_the_strengths_are_refused() =>
        Assert.Contains("'CE' has 2 values under 'Noise', which has 3 strengths", Assert.Throws<ArgumentException>(() =>
            ShiftChart.Draw([new ShiftPanel("Noise", "σ", "DSC", Strengths, [Line("CE", 0.8, 0.7)])])).Message);

    private static ShiftLine Line(string name, params double[] means) =>
        new(name, [.. means.Select(mean => new ScoreEstimate("dsc", mean, Math.Round(mean - 0.05, 6), Math.Round(mean + 0.1, 6), 5, 0, 5))]);
}
