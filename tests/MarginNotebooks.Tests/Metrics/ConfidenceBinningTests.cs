using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Metrics;

public sealed class ConfidenceBinningTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(100)]
    public void Edges_are_those_of_torch(int bins)
    {
        TorchRuntime.EnsureLoaded();
        using var edges = linspace(0, 1, bins + 1);
        var expected = edges.data<float>().ToArray();
        var actual = new ConfidenceBinning(bins, BinRule.Float32Edges).Edges.ToArray();
        Assert.Equal(expected.Length, actual.Length);
        // The last bit of torch's edges depends on the vector width of the processor.
        for (var i = 0; i <= bins; i++)
            Assert.InRange(actual[i], MathF.BitDecrement(expected[i]), MathF.BitIncrement(expected[i]));
    }

    [Theory]
    [InlineData(BinRule.Float32Edges, 0)]
    [InlineData(BinRule.Float32EdgesDropZero, -1)]
    [InlineData(BinRule.DoubleCeiling, 0)]
    public void Zero_goes_where_the_rule_says(BinRule rule, int expected) =>
        Assert.Equal(expected, new ConfidenceBinning(15, rule).IndexOf(0));

    [Theory]
    [InlineData(BinRule.Float32Edges)]
    [InlineData(BinRule.DoubleCeiling)]
    public void Bins_are_open_below_and_closed_above(BinRule rule)
    {
        var binning = new ConfidenceBinning(4, rule); // quarters are exact in float32
        Assert.Equal(0, binning.IndexOf(0.25f));
        Assert.Equal(1, binning.IndexOf(MathF.BitIncrement(0.25f)));
        Assert.Equal(3, binning.IndexOf(1));
        Assert.Equal(0, binning.IndexOf(float.Epsilon));
    }

    [Fact]
    public void One_third_shows_the_difference_between_the_rules()
    {
        Assert.Equal(4, new ConfidenceBinning(15, BinRule.Float32Edges).IndexOf(1f / 3));
        Assert.Equal(5, new ConfidenceBinning(15, BinRule.DoubleCeiling).IndexOf(1f / 3));
    }

    [Fact]
    public void Every_confidence_lies_between_the_edges_of_its_bin()
    {
        var random = new Random(5);
        foreach (var bins in new[] { 7, 15, 50 })
        {
            var binning = new ConfidenceBinning(bins, BinRule.Float32Edges);
            var candidates = binning.Edges.ToArray().SelectMany(e => new[] { MathF.BitDecrement(e), e, MathF.BitIncrement(e) })
                .Concat(Enumerable.Range(0, 5000).Select(_ => random.NextSingle())).Where(p => p is > 0 and <= 1);
            foreach (var p in candidates)
            {
                var b = binning.IndexOf(p);
                Assert.True(p > binning.Edges[b] && p <= binning.Edges[b + 1], $"{p:R} in bin {b} of {bins}");
            }
        }
    }
}
