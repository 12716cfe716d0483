using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Display;

public sealed class SmoothReliabilityTests
{
    [Fact]
    public void TheCurveIsTheFormulaOverPixels()
    {
        var random = new Random(3);
        (double C, int Y)[] pixels = [.. Enumerable.Range(0, 60).Select(_ => (C: 0.3 + (0.69 * random.NextDouble()), Y: random.Next(2)))];
        const double h = 0.05;
        var curve = SmoothReliability.Of([("a", Bins(pixels, 20_000))], h); // bins so fine that each pixel has its own

        foreach (var i in new[] { 60, 100, 150, 190, 200 })
        {
            var t = curve.Confidence[i];
            double K(double c) => Phi((t - c) / h) + Phi((t - -c) / h) + Phi((t - (2 - c)) / h); // reflected at 0 and at 1
            var expected = t + (pixels.Sum(p => K(p.C) * (p.Y - p.C)) / pixels.Sum(p => K(p.C)));
            Assert.Equal(Math.Clamp(expected, 0, 1), curve.Accuracy[i], 1e-9);
        }

        static double Phi(double z) => Math.Exp(-0.5 * z * z);
    }

    [Fact]
    public void ACalibratedNetworkLiesOnTheDiagonalHoweverUnevenItsConfidences()
    {
        var sums = new BinSums(100);
        for (var b = 40; b < 100; b++)
            (sums.Count[b], sums.Confidence[b], sums.Correct[b]) = (b * b * b, b * b * b * (b + 0.5) / 100, b * b * b * (b + 0.5) / 100);
        var curve = SmoothReliability.Of([("a", sums)], 0.04);

        Assert.All(Enumerable.Range(0, curve.Accuracy.Length).Where(i => !double.IsNaN(curve.Accuracy[i])),
            i => Assert.Equal(curve.Confidence[i], curve.Accuracy[i], 1e-9));
    }

    [Fact]
    public void WhereNoPixelIsNearThereIsAGap()
    {
        var curve = SmoothReliability.Of([("a", Bins([(0.3, 1), (0.9, 1)], 100))], 0.05);

        Assert.All([0, 48, 72, 120, 168, 192], i => Assert.True(double.IsNaN(curve.Accuracy[i]), $"{curve.Confidence[i]}"));
        Assert.All([51, 60, 69, 171, 180, 189], i => Assert.False(double.IsNaN(curve.Accuracy[i]), $"{curve.Confidence[i]}"));
    }

    [Fact]
    public void TheBandNeedsTwoPatientsAndSpansTheirCurves()
    {
        var good = Bins([.. Enumerable.Range(0, 40).Select(i => (0.70, i < 36 ? 1 : 0))], 100);
        var bad = Bins([.. Enumerable.Range(0, 40).Select(i => (0.70, i < 12 ? 1 : 0))], 100);
        var alone = SmoothReliability.Of([("a", good), ("a", bad)], 0.03);
        var both = SmoothReliability.Of([("a", good), ("b", bad)], 0.03);

        Assert.All(alone.Lower, end => Assert.True(double.IsNaN(end)));
        Assert.Equal(0.6, both.Accuracy[140], 1e-12);
        Assert.Equal(0.3, both.Lower[140], 1e-12); // every resample of two patients holds one of them twice, or both
        Assert.Equal(0.9, both.Upper[140], 1e-12);
    }

    [Fact]
    public void SaysWhatIsWrong()
    {
        Assert.Contains("no pixel in any bin", Assert.Throws<ArgumentException>(() => SmoothReliability.Of([("a", new BinSums(100))])).Message);
        var coarse = Assert.Throws<ArgumentOutOfRangeException>(() => SmoothReliability.Of([("a", MadeUp.FourBins())], 0.1));
        Assert.Contains("With 4 confidence bins the bandwidth must lie between 1/4", coarse.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoothReliability.Of([("a", Bins([(0.5, 1)], 100))], double.NaN));
    }

    private static BinSums Bins((double C, int Y)[] pixels, int bins)
    {
        var sums = new BinSums(bins);
        foreach (var (c, y) in pixels)
            sums.AddPixel(Math.Min(bins - 1, (int)(c * bins)), c, y == 1);
        return sums;
    }
}
