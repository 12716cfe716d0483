using MarginNotebooks.Data;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Tests.Training;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Data;

public sealed class ResidentSlicesTests
{
    [Fact]
    public void BatchesAreThoseOfTheBatcherBitForBit()
    {
        using var scope = NewDisposeScope();
        var batcher = new SliceBatcher(SliceSet.FromCases(
            [Cases.Make("a", channels: 2, depth: 70), Cases.Make("b", channels: 2, depth: 6, seed: 2)], 6, 5));
        using var resident = new ResidentSlices(batcher, CPU);
        Assert.Equal(batcher.Count, resident.Count);
        Assert.Equal(batcher.EpochOrder(3, 4), resident.EpochOrder(3, 4));
        Assert.Equal(batcher.LabelsPresent, resident.LabelsPresent);
        int[] wanted = [75, 0, 64, 5, 5, 63];
        var expected = batcher.Batch(wanted);
        var (images, labels) = resident.Batch(wanted, CPU);
        Assert.Equal(expected.images.shape, images.shape);
        Assert.Equal((ScalarType.Float32, ScalarType.Int64), (images.dtype, labels.dtype));
        Assert.Equal(expected.images.bytes.ToArray(), images.bytes.ToArray());
        Assert.Equal(expected.labels.bytes.ToArray(), labels.bytes.ToArray());
        Assert.Throws<ArgumentException>(() => resident.Batch([], CPU));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(7000)] // room for the validation slices only
    public void ARunOnResidentSlicesGivesTheSameBits(long room)
    {
        string Train(long? bytes)
        {
            using var folder = new TemporaryFolder();
            using var network = new UNet(1, 5, 2);
            SliceBatcher Slices(int depth, ulong seed) => new(SliceSet.FromCases([Cases.Make("a", depth: depth, seed: seed)], 32, 32));
            var options = TrainingRun.Options with { ResidentBytes = bytes };
            new Trainer(network, new ScheduledLoss(), Slices(10, 1), Slices(1, 2), options).Run(folder.Path);
            return TrainingRun.Fingerprint(folder.Path);
        }
        Assert.Equal(Train(null), Train(room));
    }

    [Fact]
    public void ALabelThatIsNoClassIsStillRefused()
    {
        using var folder = new TemporaryFolder();
        using var network = new UNet(1, 2, 2);
        var item = Cases.Make("a", depth: 4);
        item.Labels[7] = 9;
        var slices = new SliceBatcher(SliceSet.FromCases([item], 32, 32));
        var trainer = new Trainer(network, new CrossEntropyLoss(), slices, slices, new TrainingOptions { Epochs = 1 });
        Assert.Contains("Label 9", Assert.Throws<ArgumentException>(() => trainer.Run(folder.Path, cancellation: TestContext.Current.CancellationToken)).Message);
    }
}
