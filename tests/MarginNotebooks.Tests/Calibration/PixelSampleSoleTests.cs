using MarginNotebooks.Calibration;
using MarginNotebooks.Tests.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

/// <summary>Tests of what the whole process shares, its memory and its number of threads: no other test runs beside them.</summary>
[Collection(nameof(SoleTests))]
public sealed class PixelSampleSoleTests
{
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
