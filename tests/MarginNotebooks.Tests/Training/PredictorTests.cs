using MarginNotebooks.Data;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class PredictorTests
{
    [Fact]
    public void BatchesCoverEverySliceInOrderWithoutGradientsAndFreeTheirTensors()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 2);
        var source = new DiscSource(10);
        var seen = new List<int>();
        Tensor? kept = null;
        new Predictor(network, batchSize: 4).ForEachBatch(source, (indices, logits, labels) =>
        {
            seen.AddRange(indices);
            Assert.Equal([indices.Length, 3, 32, 32], logits.shape);
            Assert.Equal([indices.Length, 32, 32], labels.shape);
            Assert.False(logits.requires_grad);
            Assert.False(network.training);
            kept = logits;
        });
        Assert.Equal(Enumerable.Range(0, 10), seen);
        Assert.True(kept!.IsInvalid);
        Assert.True(network.training);
    }

    [Fact]
    public void AVolumeIsPredictedSliceBySlice()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(2, 3, 2);
        var image = rand(2, 5, 20, 33);
        var volume = new SegmentationCase
        {
            Id = "v",
            PatientId = "p",
            Image = image.data<float>().ToArray(),
            Labels = new byte[5 * 20 * 33],
            Channels = 2,
            Depth = 5,
            Height = 20,
            Width = 33,
            Spacing = VoxelSpacing.Unit,
        };
        var logits = new Predictor(network, batchSize: 2).Predict(volume);
        Assert.Equal([5, 3, 20, 33], logits.shape);
        Assert.True(logits.is_contiguous());
        for (var d = 0; d < 5; d++)
            Assert.True(logits[d].allclose(network.call(image.select(1, d).unsqueeze(0))[0], 1e-4, 1e-5));
    }

    [Fact]
    public void TheLayoutChangesStridesOnly()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 2);
        var weight = network.get_parameter("up.0.l1.conv.weight")!;
        var values = weight.detach().clone();
        var images = rand(3, 1, 32, 32);
        var plain = new Predictor(network, layout: MemoryLayout.Contiguous).Predict(images);
        Assert.Equal([54, 9, 3, 1], weight.stride());
        Assert.True(new Predictor(network, layout: MemoryLayout.ChannelsLast).Predict(images).allclose(plain, 1e-4, 1e-5));
        Assert.Equal([54, 1, 18, 6], weight.stride());
        Assert.True(weight.equal(values).all().item<bool>());
    }
}
