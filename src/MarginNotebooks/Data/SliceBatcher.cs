using System.Runtime.InteropServices;
using MarginNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Data;

/// <summary>Makes batches from a <see cref="SliceSet"/>, in an order that depends on seed and epoch alone.</summary>
/// <remarks>Because the order is a pure function, a run resumed in the middle of an epoch sees exactly the batches it would have
/// seen.</remarks>
/// <param name="slices">The slices.</param>
public sealed class SliceBatcher(SliceSet slices) : ITrainingSource, ILabelledSource
{
    // Keeps epoch orders apart from other uses of the same seed.
    private const ulong OrderStream = 0x534C4943_00000000;

    /// <summary>The slices.</summary>
    public SliceSet Slices { get; } = slices;

    /// <inheritdoc/>
    public IReadOnlyList<byte> LabelsPresent => Slices.LabelsPresent;

    /// <summary>Number of slices.</summary>
    public int Count => Slices.Count;

    /// <summary>Batches in an epoch; the last may be smaller, none is dropped.</summary>
    /// <param name="batchSize">Slices in a batch.</param>
    /// <returns>At least 1.</returns>
    public int BatchesPerEpoch(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return (Count + batchSize - 1) / batchSize;
    }

    /// <summary>The order of the slices in an epoch: a random permutation.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Number of the epoch.</param>
    /// <returns>Every index from 0 to <see cref="Count"/> − 1 once.</returns>
    public int[] EpochOrder(int seed, int epoch)
    {
        var order = Enumerable.Range(0, Count).ToArray();
        new SeededRandom((ulong)seed, OrderStream + (uint)epoch).Shuffle<int>(order);
        return order;
    }

    /// <summary>The indices of one batch of an epoch.</summary>
    /// <param name="order">From <see cref="EpochOrder"/>.</param>
    /// <param name="batch">Number of the batch, from 0.</param>
    /// <param name="batchSize">Slices in a batch.</param>
    /// <returns>A piece of <paramref name="order"/>.</returns>
    public static ReadOnlySpan<int> BatchOf(int[] order, int batch, int batchSize)
    {
        var from = checked(batch * batchSize);
        return order.AsSpan(from, Math.Min(batchSize, order.Length - from));
    }

    /// <summary>Makes tensors of some slices, on the calling thread, without reading any file.</summary>
    /// <param name="indices">Which slices, at least one; repeats are allowed.</param>
    /// <param name="device">Where the tensors go; null for the CPU.</param>
    /// <returns>Images <c>(B, C, H, W) float32</c> and labels <c>(B, H, W) int64</c>; the caller disposes them.</returns>
    public (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device? device = null)
    {
        if (indices.IsEmpty)
            throw new ArgumentException("A batch needs at least one slice.", nameof(indices));
        var (h, w) = (Slices.Height, Slices.Width);
        var images = empty([indices.Length, Slices.Channels, h, w], ScalarType.Float32);
        var labels = empty([indices.Length, h, w], ScalarType.Int64);
        // Straight into the tensors' memory: no array in between.
        var pixels = MemoryMarshal.Cast<byte, float>(images.bytes);
        var classes = MemoryMarshal.Cast<byte, long>(labels.bytes);
        var (imageSize, labelSize) = (Slices.Channels * h * w, h * w);
        for (var b = 0; b < indices.Length; b++)
        {
            var index = indices[b];
            Slices.ImageOf(index).CopyTo(pixels[(b * imageSize)..]);
            var from = Slices.LabelsOf(index);
            var to = classes.Slice(b * labelSize, labelSize);
            for (var i = 0; i < to.Length; i++)
                to[i] = from[i];
        }
        // A mapped file stays mapped as long as its set is alive.
        GC.KeepAlive(Slices);
        return (MoveTo(images, device), MoveTo(labels, device));
    }

    private static Tensor MoveTo(Tensor tensor, Device? device)
    {
        if (device is null || device.type == DeviceType.CPU)
            return tensor;
        using (tensor)
            return tensor.to(device);
    }
}
