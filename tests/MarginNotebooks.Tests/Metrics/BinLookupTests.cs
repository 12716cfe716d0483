using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class BinLookupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Finds_the_bins_of_the_rule_on_and_beside_every_edge(int bins)
    {
        var random = new Random(bins);
        foreach (var rule in Enum.GetValues<BinRule>())
        {
            var binning = new ConfidenceBinning(bins, rule);
            var lookup = BinLookup.Of(binning);
            var values = binning.Edges.ToArray().SelectMany(edge => new[] { edge, float.BitIncrement(edge), float.BitDecrement(edge) })
                .Concat(Enumerable.Range(0, 5000).Select(_ => (float)random.NextDouble()))
                .Concat([0, 1, float.Epsilon, 1e-30f, float.BitIncrement(1)])
                .Where(value => value >= 0);
            foreach (var value in values)
                Assert.Equal(binning.IndexOf(value) is >= 0 and var bin ? bin : bins, lookup.IndexOf(value));
        }
    }
}
