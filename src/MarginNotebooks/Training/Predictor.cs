using MarginNotebooks.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Runs a trained network over slices or volumes, in evaluation mode and without gradients.</summary>
/// <param name="model">
/// The network; moved to the device and rearranged to the layout. Its training or evaluation mode is put back after each call.
/// </param>
/// <param name="device">Where to compute.</param>
/// <param name="batchSize">Slices at a time.</param>
/// <param name="layout">Memory layout of images and weights; changes speed and last digits only.</param>
public sealed class Predictor(
    nn.Module<Tensor, Tensor> model, Device? device = null, int batchSize = 16, MemoryLayout layout = MemoryLayout.Auto)
{
    private readonly Device device = device ?? CPU;

    /// <summary>Computes logits batch by batch and hands each to an action. The tensors live until the action returns.</summary>
    /// <param name="source">Slices to predict.</param>
    /// <param name="use">Receives the indices of the slices, their logits <c>(B, K, H, W) float32</c> and labels <c>(B, H, W) int64</c>,
    /// on the device.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public void ForEachBatch(ITrainingSource source, Action<int[], Tensor, Tensor> use, CancellationToken cancellation = default)
        => Evaluating(() =>
        {
            foreach (var indices in Enumerable.Range(0, source.Count).Chunk(batchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var (images, labels) = source.Batch(indices, device);
                use(indices, Logits(images), labels);
            }
        });

    /// <summary>Logits of every slice of a volume.</summary>
    /// <param name="volume">An image volume with its shape; intensities are used as they are.</param>
    /// <returns>Logits <c>(D, K, H, W) float32</c>, contiguous, on the CPU; the caller disposes them.</returns>
    public Tensor Predict(SegmentationCase volume)
    {
        volume.Validated();
        using var scope = NewDisposeScope();
        var slices = tensor(volume.Image, [volume.Channels, volume.Depth, volume.Height, volume.Width]).permute(1, 0, 2, 3); // (D, C, H, W)
        return Predict(slices).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of a stack of images.</summary>
    /// <param name="images">Images <c>(N, C, H, W) float32</c>, on any device.</param>
    /// <returns>Logits <c>(N, K, H, W) float32</c>, contiguous, on the CPU; the caller disposes them.</returns>
    public Tensor Predict(Tensor images)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        Evaluating(() =>
        {
            for (var start = 0L; start < images.shape[0]; start += batchSize)
            {
                using var batch = NewDisposeScope();
                var part = images.narrow(0, start, Math.Min(batchSize, images.shape[0] - start)).to(device);
                parts.Add(Logits(part).cpu().contiguous().MoveToOuterDisposeScope());
            }
        });
        return (parts.Count == 1 ? parts[0] : cat(parts, 0)).MoveToOuterDisposeScope();
    }

    private Tensor Logits(Tensor images) => model.call(images.ToLayout(layout.For(device)));

    private void Evaluating(Action action)
    {
        DeviceSettings.Apply(device);
        var mode = model.training;
        model.to(device);
        MemoryLayouts.Arrange(model, layout.For(device));
        model.eval();
        try
        {
            using var _ = no_grad();
            action();
        }
        finally
        {
            model.train(mode);
        }
    }
}
