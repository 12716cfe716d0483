using System.Runtime.CompilerServices;
using MarginNotebooks.Losses.Fused;
using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>A batch whose pixels are scored once, tile by tile, for all accumulators that want them.</summary>
/// <remarks>Nothing of the batch's size is made but a byte a pixel for the predictions, and that only where asked for.</remarks>
internal sealed class PixelBatch
{
    internal const int Ignored = -1;

    private readonly long? _ignoreIndex;
    private readonly StridedPlanes _logits;
    private readonly nint _labels;

    /// <summary>Copies that are needed go to the current dispose scope, which must outlive the batch.</summary>
    internal PixelBatch(Tensor logits, Tensor labels, int classes, long? ignoreIndex)
    {
        CheckShapes(logits, labels, classes);
        Samples = (int)logits.shape[0];
        Classes = classes;
        Spatial = checked((int)(labels.numel() / Math.Max(1, Samples)));
        _ignoreIndex = ignoreIndex;
        using var noGrad = no_grad();
        // Two axes only: no space means one pixel a sample.
        var values = logits.dim() == 2 ? logits.unsqueeze(2) : logits;
        _logits = StridedPlanes.Of(StridedPlanes.Regular(values.detach().cpu().to(ScalarType.Float32)));
        _labels = StridedPlanes.Of(labels.detach().cpu().to(ScalarType.Int64).contiguous().reshape(1, 1, -1)).Address;
    }

    internal int Samples { get; }

    internal int Classes { get; }

    internal int Spatial { get; }

    internal int Pixels => Samples * Spatial;

    /// <summary>The true classes, 255 where not annotated; they were checked when the tiles were loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void CopyLabels(Span<byte> to)
    {
        var labels = new ReadOnlySpan<long>((void*)_labels, Pixels);
        for (var i = 0; i < to.Length; i++)
            to[i] = labels[i] == _ignoreIndex ? byte.MaxValue : (byte)labels[i];
    }

    /// <summary>Scores a tile of pixels of one sample.</summary>
    /// <exception cref="ArgumentException">A label is neither a class nor the ignored value.</exception>
    /// <exception cref="InvalidOperationException">A pixel's logits give no probabilities.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Load(int sample, int start, ScoredTile tile)
    {
        var labels = new ReadOnlySpan<long>((long*)_labels + (long)sample * Spatial + start, tile.Begin(Math.Min(ScoredTile.Capacity, Spatial - start)));
        for (var i = 0; i < labels.Length; i++)
        {
            var label = labels[i];
            if (label == _ignoreIndex)
                tile.Labels[i] = Ignored;
            else if ((ulong)label < (ulong)Classes)
                tile.Labels[i] = (int)label;
            else
                throw WrongLabel(label, (long)sample * Spatial + start + i);
        }

        for (var k = 0; k < Classes; k++)
            _logits.Read(sample, k, start, default, tile.Logits(k));
        if (!tile.Score())
            throw NotFinite(sample, start, tile);
    }

    private static void CheckShapes(Tensor logits, Tensor labels, int classes)
    {
        static string Text(Tensor t) => $"({string.Join(", ", t.shape)})";
        if (logits.dim() < 2 || labels.dim() != logits.dim() - 1)
            throw new ArgumentException($"Logits {Text(logits)} and labels {Text(labels)} do not fit: expected (B, C, *S) and (B, *S).");
        if (logits.shape[1] != classes)
            throw new ArgumentException($"Logits {Text(logits)} have {logits.shape[1]} classes, but {classes} were announced.");
        if (logits.shape[0] != labels.shape[0] || !logits.shape.Skip(2).SequenceEqual(labels.shape.Skip(1)))
            throw new ArgumentException($"Logits {Text(logits)} and labels {Text(labels)} differ in batch size or in space.");
        if (labels.is_floating_point() || labels.is_complex())
            throw new ArgumentException($"Labels have type {labels.dtype}; expected class numbers of an integer type.");
    }

    private ArgumentException WrongLabel(long label, long pixel) => new(
        $"Label {label} at pixel {pixel} is outside 0…{Classes - 1}"
        + (_ignoreIndex is null ? "." : $" and is not the ignored value {_ignoreIndex}.")
        + " Check the number of classes, or map the label when the data are prepared.");

    private InvalidOperationException NotFinite(int sample, int start, ScoredTile tile)
    {
        var i = tile.FirstNaN();
        var values = Enumerable.Range(0, Classes).Select(k => tile.Logits(k)[i]);
        return new InvalidOperationException(
            $"The logits of pixel {start + i} of sample {sample} are ({string.Join(", ", values)}): they give no probabilities. "
            + "Training has probably diverged; lower the learning rate or clip gradients.");
    }
}
