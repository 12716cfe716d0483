using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

public sealed class HolmCorrectionTests
{
    [Fact]
    public void By_hand()
    {
        // Sorted 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1: 0.04, 0.06, 0.06, 0.04, and never falling.
        Assert.Equal([0.06, 0.04, 0.06, 0.06], HolmCorrection.Adjust([0.03, 0.01, 0.04, 0.02]), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([1, 1, 0.3], HolmCorrection.Adjust([0.6, 0.7, 0.1]), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Empty(HolmCorrection.Adjust([]));
    }

    [Fact]
    public void A_test_that_could_not_be_made_is_not_counted() =>
        Assert.Equal([0.02, double.NaN, 0.5], HolmCorrection.Adjust([0.01, double.NaN, 0.5]), (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-15);

    [Fact]
    public void Monotone_between_the_raw_value_and_bonferronis_in_any_order()
    {
        var random = new Random(7);
        double[] p = [.. Enumerable.Range(0, 20).Select(_ => Math.Pow(random.NextDouble(), 3))];
        var adjusted = HolmCorrection.Adjust(p);
        foreach (var i in Enumerable.Range(0, 20))
        {
            Assert.InRange(adjusted[i], p[i], Math.Min(1, 20 * p[i]));
            foreach (var j in Enumerable.Range(0, 20))
                Assert.True(p[i] > p[j] || adjusted[i] <= adjusted[j]);
        }

        var order = Enumerable.Range(0, 20).ToArray();
        random.Shuffle(order);
        Assert.Equal(order.Select(i => adjusted[i]), HolmCorrection.Adjust([.. order.Select(i => p[i])]));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void What_is_no_probability_is_refused(double p) =>
        Assert.Contains("p-value", Assert.Throws<ArgumentException>(() => HolmCorrection.Adjust([0.5, p])).Message);
}
