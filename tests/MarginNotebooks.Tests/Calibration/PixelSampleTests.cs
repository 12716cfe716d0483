using MarginNotebooks.Calibration;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class PixelSampleTests
{
    [Fact]
    public void Up_to_the_capacity_every_pixel_is_kept_in_order()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(1, 3, 60, shape: [6, 10]);
        var sample = PixelSample.Collect([data, data], capacity: 120, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((120, 120L, 3), (sample.Count, sample.Seen, sample.Classes));
        Assert.Equal(2 * data.Labels.eq(1).sum().item<long>(), sample.ClassCounts[1]);
        var pixel = new double[3];
        sample.Read(60 + 23, pixel);
        Assert.Equal(MadeUpPixels.Numbers(data.Logits[0, .., 2, 3]), pixel);
    }

    [Fact]
    public void Beyond_it_every_pixel_has_the_same_chance_and_the_seed_decides()
    {
        using var scope = NewDisposeScope();
        // The label tells which tenth of the stream a pixel came from.
        var batches = Enumerable.Range(0, 10).Select(i => new CalibrationBatch(zeros(1, 10, 1000), full([1, 1000], i, int64))).ToArray();
        var sample = PixelSample.Collect(batches, capacity: 2000, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((2000, 10_000L), (sample.Count, sample.Seen));
        Assert.Equal(2000, sample.ClassCounts.Sum());
        // 200 expected of each, standard deviation 12.
        Assert.All(sample.ClassCounts, count => Assert.InRange(count, 145, 255));
        var again = PixelSample.Collect(batches, capacity: 2000, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(sample.ClassCounts, again.ClassCounts);
        var other = PixelSample.Collect(batches, capacity: 2000, seed: 2, cancellation: TestContext.Current.CancellationToken);
        Assert.NotEqual(sample.ClassCounts, other.ClassCounts);
    }
}
