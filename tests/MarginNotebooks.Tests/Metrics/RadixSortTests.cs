using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

public sealed class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void Sorts_as_comparing_does(int count)
    {
        var random = new Random(count);
        var values = Enumerable.Range(0, count).Select(i => i % 3 == 0 ? uint.MaxValue - (uint)(i % 7) : (uint)random.NextInt64(1L << 32)).ToArray();
        var expected = values.Order().ToArray();
        RadixSort.Sort(values);
        Assert.Equal(expected, values);
    }
}
