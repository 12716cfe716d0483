using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

/// <summary>The analytic penalties against the losses written out for two logits.</summary>
public sealed class PenaltyCurveTests
{
    public static TheoryData<double> Distances => [-6, -1.5, 0, 0.3, 2, 4.9, 5.1, 9];

    [Theory]
    [MemberData(nameof(Distances))]
    public void LossesEqualTheirDefinitions(double d)
    {
        double[] logits = [d + 0.7, 0.7]; // class 0 is the true one; the shift must not matter
        var sum = logits.Sum(Math.Exp);
        double[] s = [.. logits.Select(l => Math.Exp(l) / sum)];
        var ce = -Math.Log(s[0]);

        Assert.Equal(ce, PenaltyCurve.CrossEntropy.LossAt(d), 10);
        Assert.Equal((0.9 * ce) + (0.1 * s.Average(p => -Math.Log(p))), PenaltyCurve.LabelSmoothing(0.1).LossAt(d), 10);
        Assert.Equal(Math.Pow(1 - s[0], 3) * ce, PenaltyCurve.Focal(3).LossAt(d), 10);
        Assert.Equal(ce - (0.2 * s.Average(p => -p * Math.Log(p))), PenaltyCurve.ConfidencePenalty(0.2).LossAt(d), 10);
        Assert.Equal(ce + (0.1 * logits.Average(l => Math.Max(0, logits.Max() - l - 5))), PenaltyCurve.Margin(5, 0.1).LossAt(d), 10);
    }

    [Fact]
    public void FarLogitsStayFinite() => Assert.All(
        [PenaltyCurve.CrossEntropy, PenaltyCurve.LabelSmoothing(0.1), PenaltyCurve.Focal(2), PenaltyCurve.ConfidencePenalty(0.1),
            PenaltyCurve.Margin(5)],
        curve => Assert.All([-800.0, 800.0], d => Assert.True(double.IsFinite(curve.LossAt(d)))));

    [Fact]
    public void LowestPointsAreMarkedWhereTheyAre()
    {
        var figure = PenaltyCurves.Draw([PenaltyCurve.CrossEntropy, PenaltyCurve.LabelSmoothing(0.1), PenaltyCurve.Focal(3),
            PenaltyCurve.Margin(5)]);

        Assert.Empty(Markers("CE"));
        Assert.Empty(Markers("FL (γ=3)"));
        // d* solves σ(−d) = α/2: the smoothed label itself.
        Assert.Equal(Math.Log(0.95 / 0.05), MadeUp.Numbers(Assert.Single(Markers("LS (α=0.1)")).GetProperty("x"))[0], 0.03);
        Assert.Equal(5, MadeUp.Numbers(Assert.Single(Markers("MbLS (m=5)")).GetProperty("x"))[0], 0.03);

        System.Text.Json.JsonElement[] Markers(string name) =>
            [.. MadeUp.Traces(figure, name).Where(trace => trace.GetProperty("mode").GetString() == "markers")];
    }

    [Fact]
    public void PenaltyPanelStartsAtZero()
    {
        var trace = MadeUp.Traces(PenaltyCurves.Draw([PenaltyCurve.ConfidencePenalty(0.3)], maxDistance: 10), "ECP (α=0.3)")[0];
        var y = MadeUp.Numbers(trace.GetProperty("y"));

        Assert.Equal(0, y[0]);
        Assert.Equal(0.15 * Math.Log(2), y[^1], 0.001); // the entropy, log 2 at d = 0, is gone
        Assert.Equal(10, trace.GetProperty("dx").GetDouble() * (y.Length - 1), 9);
    }
}
