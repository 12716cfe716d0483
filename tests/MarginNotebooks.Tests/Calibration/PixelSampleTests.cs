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

    [Fact]
    public void Memory_stays_flat_however_long_the_stream()
    {
        using var scope = NewDisposeScope();
        var data = MadeUpPixels.Draw(2, 4, 10_000);
        using var calibrator = new TemperatureCalibrator { Capacity = 5000 };
        calibrator.Fit(Enumerable.Repeat(data, 2), TestContext.Current.CancellationToken);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sample = PixelSample.Collect(Enumerable.Repeat(data, 200), capacity: 5000, cancellation: TestContext.Current.CancellationToken);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(2_000_000, sample.Seen);
        // 5000 pixels of 17 bytes, lists with room to spare; two million would be 34 MB.
        Assert.True(grown < 4_000_000, $"grew by {grown} bytes");
        GC.KeepAlive(sample);
    }

    [Fact]
    public void Sums_do_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var sample = PixelSample.Collect([MadeUpPixels.Draw(3, 3, 100_000)], cancellation: TestContext.Current.CancellationToken);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = sample.Loss();
            set_num_threads(3);
            Assert.Equal(one, sample.Loss());
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
