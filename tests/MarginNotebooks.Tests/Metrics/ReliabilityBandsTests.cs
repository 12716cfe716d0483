using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ReliabilityBandsTests
{
    [Fact]
    public void The_band_holds_the_pooled_accuracy_and_widens_with_disagreement_between_patients()
    {
        var random = new Random(1);
        var calm = Enumerable.Range(0, 20).Select(p => ($"p{p}", Sums((0, 0.4 + 0.01 * random.NextDouble()), (1, 0.9)))).ToArray();
        var wild = Enumerable.Range(0, 20).Select(p => ($"p{p}", Sums((0, random.NextDouble()), (1, 0.9)))).ToArray();
        var (narrow, wide) = (ReliabilityBands.Of(calm), ReliabilityBands.Of(wild));
        foreach (var band in new[] { narrow, wide })
        {
            for (var b = 0; b < 2; b++)
                Assert.InRange(band.Accuracy[b], band.Lower[b] - 1e-12, band.Upper[b] + 1e-12);
        }

        Assert.True(wide.Upper[0] - wide.Lower[0] > 10 * (narrow.Upper[0] - narrow.Lower[0]));
        Assert.Equal(20 * 1000, narrow.Count[0]);
        Assert.Equal(narrow.Accuracy[1], narrow.Lower[1], 1e-9); // all patients agree there
    }

    [Fact]
    public void Empty_bins_and_bins_of_one_patient_have_no_band()
    {
        var band = ReliabilityBands.Of([("a", Sums((0, 0.5))), ("b", Sums((0, 0.6), (1, 0.7)))]);
        Assert.True(double.IsNaN(band.Lower[1]) && double.IsNaN(band.Upper[1]));
        Assert.Equal(0.7, band.Accuracy[1], 1e-12);
        Assert.True(double.IsNaN(band.Accuracy[2]) && double.IsNaN(band.Confidence[2]));
        Assert.Equal([2, 1, 0], band.Patients);
    }

    [Fact]
    public void Cases_of_one_patient_are_drawn_together()
    {
        (string, BinSums)[] split = [("a", Sums((0, 0.2))), ("a", Sums((0, 0.4))), ("b", Sums((0, 0.8))), ("c", Sums((0, 0.5)))];
        var together = Sums((0, 0.2));
        together.Add(Sums((0, 0.4)));
        var pooled = ReliabilityBands.Of([("a", together), ("b", Sums((0, 0.8))), ("c", Sums((0, 0.5)))]);
        Assert.Equal(pooled.Lower[0], ReliabilityBands.Of(split).Lower[0], 1e-12);
        Assert.Equal(pooled.Upper[0], ReliabilityBands.Of(split).Upper[0], 1e-12);
    }

    [Fact]
    public void Nothing_to_draw_is_an_error() => Assert.Throws<ArgumentException>(() => ReliabilityBands.Of(Array.Empty<CaseScores>()));

    private static BinSums Sums(params (int Bin, double Accuracy)[] bins)
    {
        var sums = new BinSums(3);
        foreach (var (bin, accuracy) in bins)
        {
            sums.Count[bin] = 1000;
            sums.Confidence[bin] = 1000 * (bin + 0.5) / 3;
            sums.Correct[bin] = 1000 * accuracy;
        }

        return sums;
    }
}
