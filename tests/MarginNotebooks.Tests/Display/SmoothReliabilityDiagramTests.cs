using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class SmoothReliabilityDiagramTests
{
    [Fact]
    public void TheCurveIsDrawnWithItsGaps()
    {
        var curve = Curve("a");
        var drawn = MadeUp.Numbers(MadeUp.Traces(SmoothReliabilityDiagram.Draw([("CE", curve)]), "CE")[0].GetProperty("y"));

        Assert.Equal(curve.Accuracy.Length, drawn.Length);
        Assert.All(Enumerable.Range(0, drawn.Length), i => Assert.True(
            double.IsNaN(drawn[i]) ? double.IsNaN(curve.Accuracy[i]) : Math.Abs(drawn[i] - curve.Accuracy[i]) < 1e-5));
        Assert.Contains(drawn, double.IsNaN);
    }

    [Fact]
    public void TheBandwidthIsInTheCaptionAndTheBandOnlyWhereThereIsOne()
    {
        var alone = SmoothReliabilityDiagram.Draw([("CE", Curve("a"))], subtitle: "made up");
        var several = SmoothReliabilityDiagram.Draw([("CE", Curve("a", "b"))]);

        Assert.Contains("made up; Gaussian kernel of bandwidth 0.03", Title(alone));
        Assert.DoesNotContain("bootstrap", Title(alone));
        Assert.Empty(MadeUp.Traces(alone, "CE band"));
        Assert.Contains("pointwise bootstrap intervals over patients", Title(several));
        Assert.NotEmpty(MadeUp.Traces(several, "CE band"));
    }

    [Fact]
    public void CountsBelowAddUpToAllPixels()
    {
        var curve = Curve("a");
        var counts = MadeUp.Numbers(MadeUp.Traces(SmoothReliabilityDiagram.Draw([("CE", curve)]), "CE pixels")[0].GetProperty("y"));

        Assert.InRange(counts.Length, 2, 51); // joined bins, and the last one's right end
        Assert.Equal(curve.Pooled.Total, counts[..^1].Where(double.IsFinite).Sum());
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Throws<ArgumentException>(() => SmoothReliabilityDiagram.Draw([]));
        var wide = Curve("a") with { Bandwidth = 0.1 };
        Assert.Contains("0.03 and 0.1", Assert.Throws<ArgumentException>(() => SmoothReliabilityDiagram.Draw([("a", Curve("a")), ("b", wide)])).Message);
    }

    private static SmoothReliability Curve(params string[] patients) => SmoothReliability.Of([.. patients.Select((patient, p) =>
    {
        var sums = new BinSums(200);
        var random = new Random(p);
        for (var i = 0; i < 500; i++)
        {
            var c = i % 2 == 0 ? 0.4 + (0.1 * random.NextDouble()) : 0.8 + (0.2 * random.NextDouble());
            sums.AddPixel((int)(c * 200), c, random.NextDouble() < c - 0.1);
        }

        return (patient, sums);
    })]);

    private static string Title(Figure figure) => MadeUp.Json(figure).GetProperty("layout").GetProperty("title").GetProperty("text").GetString()!
        .Replace("<br><span style=\"font-size:13px\">", " ").Replace("</span>", "");
}
