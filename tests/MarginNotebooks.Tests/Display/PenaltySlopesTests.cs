using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class PenaltySlopesTests
{
    [Fact]
    public void SlopesAreThoseOfTheFormulas()
    {
        // λ/2 beyond the margin, nothing before, and at the kink that of its right side.
        var margin = PenaltyCurve.Margin(5, 0.1);
        Assert.Equal(0, PenaltySlopes.Slope(margin.Penalty, 4.9), 8);
        Assert.Equal(0.05, PenaltySlopes.Slope(margin.Penalty, 5), 8);
        Assert.Equal(0.05, PenaltySlopes.Slope(PenaltyCurve.LabelSmoothing(0.1).Penalty, 3), 8);
        // d/dd CE = -σ(-d).
        Assert.Equal(-1 / (1 + Math.Exp(2)), PenaltySlopes.Slope(PenaltyCurve.CrossEntropy.LossAt, 2), 6);
    }

    [Fact]
    public void BothPanelsHoldEveryCurve()
    {
        var figure = PenaltySlopes.Draw([PenaltyCurve.CrossEntropy, PenaltyCurve.Margin(5)], maxDistance: 10);
        var lines = MadeUp.Traces(figure, "MbLS (m=5)");
        Assert.Equal(2, lines.Length);
        var y = MadeUp.Numbers(lines[0].GetProperty("y"));
        Assert.Equal([0, 0.05], [y[0], y[^1]]);
        Assert.Contains("MbLS (m=5) pulls with 0.000 at d = 0 and 0.050 at d = 10", figure.AltText);
        Assert.Throws<ArgumentException>(() => PenaltySlopes.Draw([]));
        Assert.Throws<ArgumentException>(() => PenaltySlopes.Draw([PenaltyCurve.CrossEntropy], maxDistance: 0));
    }
}
