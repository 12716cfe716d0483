using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class ConfidenceByOutcomeTests
{
    [Fact]
    public void EachDistributionAddsUpToOne()
    {
        // Right: 2, 30, 135 of 167; wrong: 8, 10, 15 of 33.
        var figure = ConfidenceByOutcome.Draw([("CE", MadeUp.FourBins())]);
        var right = MadeUp.Numbers(MadeUp.Traces(figure, "right pixels")[0].GetProperty("y"));
        var wrong = MadeUp.Numbers(MadeUp.Traces(figure, "wrong pixels")[0].GetProperty("y"));

        Assert.Equal([double.NaN, 2 / 167.0, 30 / 167.0, 135 / 167.0], right, Close);
        Assert.Equal([double.NaN, 8 / 33.0, 10 / 33.0, 15 / 33.0, 15 / 33.0], wrong, Close); // the last one again, for the step's right end
        Assert.Contains("167 right<br>33 wrong", MadeUp.Annotations(figure));
        Assert.Contains("33 wrong pixels, 45 % of them in the highest bin", figure.AltText.Replace("\u00a0", " ").Replace("45%", "45 %"));
    }

    [Fact]
    public void WithoutAWrongPixelThereIsNoSuchLineAndItIsSaid()
    {
        var figure = ConfidenceByOutcome.Draw([("CE", MadeUp.Bins((5, 0.2, 1), (5, 0.9, 1)))], logScale: true);

        Assert.All(MadeUp.Numbers(MadeUp.Traces(figure, "wrong pixels")[0].GetProperty("y")), value => Assert.True(double.IsNaN(value)));
        Assert.Contains("no wrong pixel", figure.AltText);
        Assert.DoesNotContain("NaN", figure.AltText);
    }

    [Theory]
    [InlineData(500, 50)]
    [InlineData(60, 60)]
    [InlineData(61, 31)] // a prime number of bins: the last bar is narrower
    public void FineBinsAreJoinedWithoutLosingAPixel(int bins, int bars)
    {
        var sums = new BinSums(bins);
        for (var b = 0; b < bins; b++)
            (sums.Count[b], sums.Correct[b]) = (10, 7);
        var trace = MadeUp.Traces(ConfidenceByOutcome.Draw([("CE", sums)]), "right pixels")[0];

        Assert.Equal(bars, trace.GetProperty("y").GetArrayLength());
        Assert.Equal(1, MadeUp.Numbers(trace.GetProperty("y")).Sum(), 1e-12);
        Assert.Equal(1, MadeUp.Numbers(trace.GetProperty("width")).Sum(), 1e-12);
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("'CE' has no pixel", Assert.Throws<ArgumentException>(() => ConfidenceByOutcome.Draw([("CE", new BinSums(4))])).Message);
        Assert.Throws<ArgumentException>(() => ConfidenceByOutcome.Draw([]));
    }

    private static bool Close(double a, double b) => a.Equals(b) || Math.Abs(a - b) < 1e-12;
}
