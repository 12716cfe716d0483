using MarginNotebooks.Data;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Data;

public sealed class SliceBatcherTests
{
    private static readonly SliceBatcher Batcher =
        new(SliceSet.FromCases([Cases.Make("a", channels: 2, depth: 7), Cases.Make("b", channels: 2, depth: 6, seed: 2)], 6, 5));

    [Fact]
    public void An_epoch_visits_every_slice_once_and_keeps_the_small_last_batch()
    {
        var order = Batcher.EpochOrder(seed: 3, epoch: 0);
        Assert.Equal(Enumerable.Range(0, 13), order.Order());
        Assert.Equal(4, Batcher.BatchesPerEpoch(4));
        Assert.Equal(1, SliceBatcher.BatchOf(order, 3, 4).Length);
        Assert.Equal(order, Enumerable.Range(0, 4).SelectMany(batch => SliceBatcher.BatchOf(order, batch, 4).ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batcher.BatchesPerEpoch(0));
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        // From an independent program: a change here would break the resumption of stored runs.
        Assert.Equal("1 10 12 5 0 3 4 8 9 7 11 2 6", string.Join(' ', Batcher.EpochOrder(1, 0)));
        Assert.Equal(Batcher.EpochOrder(1, 5), Batcher.EpochOrder(1, 5));
        var orders =
            (from seed in Enumerable.Range(-2, 20) from epoch in Enumerable.Range(0, 50) select string.Join(' ', Batcher.EpochOrder(seed, epoch))).ToList();
        Assert.Equal(orders.Count, orders.Distinct().Count());
    }

    [Fact]
    public void Tensors_hold_the_slices_asked_for()
    {
        int[] wanted = [12, 0, 5, 5];
        using var scope = NewDisposeScope();
        var (images, labels) = Batcher.Batch(wanted);
        Assert.Equal([4, 2, 6, 5], images.shape);
        Assert.Equal([4, 6, 5], labels.shape);
        Assert.Equal((ScalarType.Float32, ScalarType.Int64), (images.dtype, labels.dtype));
        var set = Batcher.Slices;
        Assert.Equal(wanted.SelectMany(n => set.Images.Skip(n * 60).Take(60)), images.data<float>().ToArray());
        Assert.Equal(wanted.SelectMany(n => set.Labels.Skip(n * 30).Take(30).Select(label => (long)label)), labels.data<long>().ToArray());
        Assert.Throws<ArgumentException>(() => Batcher.Batch([]));
    }
}
