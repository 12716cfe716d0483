using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class RiskCoverageChartTests
{
    [Fact]
    public void CurvesAreDrawnAsGivenWithTheirArea()
    {
        var figure = RiskCoverageChart.Draw([new("CE", [0.5, 1], [0.1, 0.2], 0.15), new("MbLS", [0.2, 0.6, 1], [0.05, double.NaN, 0.2])]);
        var lines = MadeUp.Json(figure).GetProperty("data").EnumerateArray().ToArray();

        Assert.Equal("CE (AURC 0.1500)", lines[0].GetProperty("name").GetString());
        Assert.Equal("MbLS", lines[1].GetProperty("name").GetString());
        Assert.Equal([0.5, 1], MadeUp.Numbers(lines[0].GetProperty("x")));
        Assert.Equal([0.05, double.NaN, 0.2], MadeUp.Numbers(lines[1].GetProperty("y"))); // a gap
        Assert.False(lines[1].GetProperty("connectgaps").GetBoolean());
        Assert.Contains("CE AURC 0.1500, 10.00% wrong at 50% coverage, 20.00% at 100%", figure.AltText);
        Assert.DoesNotContain("NaN", figure.AltText);
    }

    [Fact]
    public void ANetworkWithoutErrorsCanBeDrawnOnALogarithmicAxisToo()
    {
        var figure = RiskCoverageChart.Draw([new("CE", [0.5, 1], [0, 0], 0)], logScale: true);

        Assert.Equal([0, 0], MadeUp.Numbers(MadeUp.Json(figure).GetProperty("data")[0].GetProperty("y")));
    }

    [Theory]
    [InlineData(new[] { 0.5 }, new[] { 0.1, 0.2 }, "1 coverages and 2 risks")]
    [InlineData(new double[0], new double[0], "at least one")]
    [InlineData(new[] { 0.5, 0.4 }, new[] { 0.1, 0.2 }, "Coverage 0.4 of 'CE' (number 1)")]
    [InlineData(new[] { 0.0, 0.4 }, new[] { 0.1, 0.2 }, "Coverage 0 of 'CE'")]
    [InlineData(new[] { double.NaN }, new[] { 0.1 }, "Coverage NaN of 'CE'")]
    [InlineData(new[] { 0.5 }, new[] { 1.5 }, "Risk 1.5 of 'CE' (number 0) is not in [0, 1]")]
    public void SaysWhatIsWrong(double[] coverage, double[] risk, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => RiskCoverageChart.Draw([new("CE", coverage, risk)])).Message);
}
