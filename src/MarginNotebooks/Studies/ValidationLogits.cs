using System.Collections;
using MarginNotebooks.Calibration;
using MarginNotebooks.Data;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>What a network says about the validation slices: the batches that calibrators are fitted on.</summary>
/// <remarks>
/// <para>Padding around a case's own rows and columns gets the ignored label: it is easy background that no one annotated, and
/// evaluations leave it out too.</para>
/// <para>
/// The network runs when the batches are first gone through. If what it gives fits <see cref="MemoryLimit"/>, it is kept for later
/// passes, on the CPU; else each pass runs the network again and memory stays flat.
/// </para>
/// </remarks>
/// <param name="network">Gives logits <c>(B, K, H, W)</c>.</param>
/// <param name="slices">The slices.</param>
/// <param name="device">Where the network computes; the batches are on the CPU.</param>
/// <param name="batchSize">Slices a batch.</param>
public sealed class ValidationLogits(nn.Module<Tensor, Tensor> network, SliceBatcher slices, Device device, int batchSize = 16)
    : IEnumerable<CalibrationBatch>, IDisposable
{
    /// <summary>Label of padding.</summary>
    public const long Ignored = 255;

    private readonly Predictor predictor = new(network, device, batchSize);
    private readonly List<CalibrationBatch> kept = [];
    private bool complete;

    /// <summary>Most bytes to keep.</summary>
    public long MemoryLimit { get; init; } = 1L << 30;

    /// <inheritdoc/>
    public IEnumerator<CalibrationBatch> GetEnumerator()
    {
        if (complete)
        {
            foreach (var batch in kept)
                yield return batch;
            yield break;
        }
        Clear();
        var (bytes, keeps) = (0L, true);
        // No dispose scope may stay open while the consumer has the batch: scopes are a stack, and theirs would end up inside ours.
        foreach (var indices in Enumerable.Range(0, slices.Count).Chunk(batchSize))
        {
            var batch = Make(indices);
            bytes += 4 * batch.Logits.numel() + 8 * batch.Labels.numel() + 4 * batch.Image!.numel();
            if (keeps && bytes > MemoryLimit)
            {
                Clear();
                keeps = false;
            }
            if (keeps)
                kept.Add(batch);
            try
            {
                yield return batch;
            }
            finally
            {
                if (!keeps)
                    Free(batch);
            }
        }
        complete = keeps;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Frees the batches that are kept.</summary>
    public void Dispose() => Clear();

    private CalibrationBatch Make(int[] indices)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = slices.Batch(indices);
        for (var b = 0; b < indices.Length; b++)
        {
            var (top, left, rows, columns) = slices.Slices.OwnPartOf(indices[b]);
            var own = zeros([slices.Slices.Height, slices.Slices.Width], ScalarType.Bool);
            own.narrow(0, top, rows).narrow(1, left, columns).fill_(true);
            labels[b].masked_fill_(~own, Ignored);
        }
        var logits = predictor.Predict(images);
        return new CalibrationBatch(logits.DetachFromDisposeScope(), labels.DetachFromDisposeScope(), images.DetachFromDisposeScope());
    }

    private void Clear()
    {
        kept.ForEach(Free);
        kept.Clear();
        complete = false;
    }

    private static void Free(CalibrationBatch batch)
    {
        batch.Logits.Dispose();
        batch.Labels.Dispose();
        batch.Image?.Dispose();
    }
}
