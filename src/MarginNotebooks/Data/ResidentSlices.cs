using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Data;

/// <summary>
/// All slices of a <see cref="SliceBatcher"/> in a device's memory, uploaded once: batches are gathered there, and a training step moves
/// nothing but its list of indices.
/// </summary>
/// <remarks>Order and values are those of the batcher it was made from, bit for bit.</remarks>
public sealed class ResidentSlices : ITrainingSource, ILabelledSource, IDisposable
{
    // Uploaded in pieces of this many slices, so that the host never holds a second copy of all.
    private const int Piece = 64;

    private readonly SliceBatcher source;
    private readonly Tensor images;
    private readonly Tensor labels;

    /// <summary>Uploads the slices.</summary>
    /// <param name="source">The slices.</param>
    /// <param name="device">Where they shall live.</param>
    public ResidentSlices(SliceBatcher source, Device device)
    {
        this.source = source;
        Device = device;
        var set = source.Slices;
        images = empty([set.Count, set.Channels, set.Height, set.Width], ScalarType.Float32, device).DetachFromDisposeScope();
        labels = empty([set.Count, set.Height, set.Width], ScalarType.Byte, device).DetachFromDisposeScope();
        foreach (var indices in Enumerable.Range(0, set.Count).Chunk(Piece))
        {
            using var scope = NewDisposeScope();
            var (imagePart, labelPart) = source.Batch(indices);
            images.narrow(0, indices[0], indices.Length).copy_(imagePart);
            labels.narrow(0, indices[0], indices.Length).copy_(labelPart);
        }
    }

    /// <summary>Where the slices live.</summary>
    public Device Device { get; }

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<byte> LabelsPresent => source.LabelsPresent;

    /// <summary>Bytes that a batcher's slices take on a device.</summary>
    /// <param name="source">The slices.</param>
    /// <returns>Four for each intensity and one for each label.</returns>
    public static long SizeOf(SliceBatcher source) =>
        (long)source.Count * source.Slices.Height * source.Slices.Width * (source.Slices.Channels * sizeof(float) + 1L);

    /// <inheritdoc/>
    public int[] EpochOrder(int seed, int epoch) => source.EpochOrder(seed, epoch);

    /// <inheritdoc/>
    public (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device device)
    {
        if (indices.IsEmpty)
            throw new ArgumentException("A batch needs at least one slice.", nameof(indices));
        if (device.type != Device.type || Math.Max(0, device.index) != Math.Max(0, Device.index))
            throw new ArgumentException($"The slices live on {Device}, the batch is wanted on {device}.", nameof(device));
        using var scope = NewDisposeScope();
        var wide = new long[indices.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = indices[i];
        // Not waited for: the device reads the list in its own time.
        var chosen = tensor(wide).to(Device, non_blocking: true);
        return (images.index_select(0, chosen).MoveToOuterDisposeScope(),
            labels.index_select(0, chosen).to(ScalarType.Int64).MoveToOuterDisposeScope());
    }

    /// <summary>Frees the device's memory.</summary>
    public void Dispose()
    {
        images.Dispose();
        labels.Dispose();
    }
}
