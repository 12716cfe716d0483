using MarginNotebooks.Display;

namespace MarginNotebooks.Tests.Display;

public sealed class RiskCoverageLineTests
{
    [Fact]
    public void FourPixelsByHand()
    {
        var line = RiskCoverageLine.Of("CE", [0.9f, 0.6f, 0.8f, 0.7f], [true, false, false, true]);

        // In order: right, wrong, right, wrong.
        Assert.Equal([0.25, 0.5, 0.75, 1], line.Coverage);
        Assert.Equal([0, 0.5, 1 / 3.0, 0.5], line.Risk, Close);
        Assert.Equal((0 + 0.5 + (1 / 3.0) + 0.5) / 4, line.Aurc!.Value, 1e-12);
    }

    [Fact]
    public void AurcIsTheMeanRiskAndTiesAreTheExpectationOverOrders()
    {
        var random = new Random(5);
        float[] confidence = [.. Enumerable.Range(0, 400).Select(_ => random.Next(20) / 20f)]; // many ties
        bool[] correct = [.. confidence.Select(c => random.NextDouble() < 0.3 + (0.6 * c))];

        var average = 0.0;
        const int orders = 4000;
        for (var o = 0; o < orders; o++)
        {
            int[] order = [.. Enumerable.Range(0, 400)];
            random.Shuffle(order);
            double wrong = 0, sum = 0, k = 0;
            foreach (var i in order.OrderByDescending(i => confidence[i])) // stable: ties stay shuffled
            {
                wrong += correct[i] ? 0 : 1;
                sum += wrong / ++k;
            }

            average += sum / 400 / orders;
        }

        Assert.Equal(average, RiskCoverageLine.Of("CE", confidence, correct).Aurc!.Value, 1e-3);
    }

    [Fact]
    public void TheOrderOfPixelsChangesNothing()
    {
        float[] confidence = [0.5f, 0.5f, 0.9f, 0.5f, 0.7f];
        bool[] correct = [true, false, true, true, false];
        var line = RiskCoverageLine.Of("CE", confidence, correct);
        var turned = RiskCoverageLine.Of("CE", [.. confidence.Reverse()], [.. correct.Reverse()]);

        Assert.Equal(line.Risk, turned.Risk);
        Assert.Equal(line.Aurc, turned.Aurc);
        Assert.Equal((1 + (1 / 3.0)) / 3, line.Risk[2], 1e-12); // one wrong before, and a third of the one among three ties
    }

    [Fact]
    public void BinsAreTheCurveOfTheirPixelsWithinABinTied()
    {
        var bins = MadeUp.FourBins(); // 150 pixels with 15 wrong, 40 with 10, 10 with 8
        float[] confidence = [.. Enumerable.Repeat(0.9f, 150), .. Enumerable.Repeat(0.6f, 40), .. Enumerable.Repeat(0.4f, 10)];
        bool[] correct = [.. Enumerable.Range(0, 150).Select(i => i >= 15), .. Enumerable.Range(0, 40).Select(i => i >= 10), .. Enumerable.Range(0, 10).Select(i => i >= 8)];
        var (fromBins, fromPixels) = (RiskCoverageLine.Of("CE", bins), RiskCoverageLine.Of("CE", confidence, correct));

        Assert.Equal(fromPixels.Coverage, fromBins.Coverage);
        Assert.Equal(fromPixels.Risk, fromBins.Risk, Close);
        Assert.Equal(fromPixels.Aurc!.Value, fromBins.Aurc!.Value, 1e-12);
        Assert.Equal(33 / 200.0, fromBins.Risk[^1], 1e-12);
    }

    [Fact]
    public void ManyPixelsMakeAShortCurveWithBothEnds()
    {
        var random = new Random(6);
        var line = RiskCoverageLine.Of("CE", [.. Enumerable.Range(0, 100_000).Select(_ => random.NextSingle())], [.. Enumerable.Range(0, 100_000).Select(_ => random.Next(4) > 0)]);

        Assert.InRange(line.Coverage.Length, 250, 300);
        Assert.Equal(1, line.Coverage[^1]);
        Assert.InRange(line.Coverage[0], 1e-5, 1e-4);
        Assert.InRange(line.Aurc!.Value, 0.24, 0.26); // a confidence that says nothing: the plain error rate
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("2 confidences but 1 outcomes", Assert.Throws<ArgumentException>(() => RiskCoverageLine.Of("CE", [1, 1], [true])).Message);
        Assert.Contains("Confidence 1 of 'CE' is not a number", Assert.Throws<ArgumentException>(() => RiskCoverageLine.Of("CE", [1, float.NaN], [true, true])).Message);
        Assert.Contains("'CE' has no pixel", Assert.Throws<ArgumentException>(() => RiskCoverageLine.Of("CE", [], [])).Message);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;
}
