using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Divides a batch into pieces of one sample each, and moves tiles of counted pixels between tensors and a thread's cache.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class PixelWalk<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StridedPlanes logits;
    private readonly StridedPlanes targets;
    private readonly nint labels;
    private readonly bool hasTargets;
    private readonly bool hasIgnored;
    private readonly long ignored;
    private readonly long pixels;
    private readonly long pieceSize;
    private readonly int piecesASample;
    private int wrongLabels;

    /// <summary>The tensors must outlive the walk; copies that it needs go to the current dispose scope.</summary>
    public PixelWalk(Tensor logits, Tensor labels, Tensor? targets, long? ignoreIndex, int tilesAPiece)
    {
        Samples = (int)logits.shape[0];
        Classes = (int)logits.shape[1];
        pixels = Samples == 0 ? 0 : labels.numel() / Samples;
        pieceSize = (long)tilesAPiece * PixelTile<T>.Capacity;
        piecesASample = (int)((pixels + pieceSize - 1) / pieceSize);
        this.logits = StridedPlanes.Of(StridedPlanes.Regular(logits));
        this.labels = StridedPlanes.Of(labels.contiguous().reshape(1, 1, -1)).Address;
        hasTargets = targets is not null;
        if (targets is not null)
            this.targets = StridedPlanes.Of(StridedPlanes.Regular(targets));
        hasIgnored = ignoreIndex is not null;
        ignored = ignoreIndex ?? 0;
    }

    public int Samples { get; }

    public int Classes { get; }

    public int Pieces => Samples * piecesASample;

    /// <summary>Whether a label was met that is neither a class nor the ignored value.</summary>
    public bool HasWrongLabel => Volatile.Read(ref wrongLabels) != 0;

    /// <summary>Number of labels that are not the ignored one.</summary>
    public long CountPixels() =>
        hasIgnored ? Samples * pixels - Enumerable.Range(0, Samples).Sum(b => (long)new ReadOnlySpan<long>((long*)labels + b * pixels, (int)pixels).Count(ignored))
        : Samples * pixels;

    public PixelTile<T> NewTile() => new(Classes, hasTargets);

    public int Sample(int piece) => piece / piecesASample;

    public long First(int piece) => piece % piecesASample * pieceSize;

    public long End(int piece) => Math.Min(pixels, First(piece) + pieceSize);

    /// <summary>Fills a tile with the counted pixels among the next few; returns how many.</summary>
    public int Load(int piece, long start, PixelTile<T> tile)
    {
        var sample = Sample(piece);
        var span = (int)Math.Min(PixelTile<T>.Capacity, End(piece) - start);
        var kept = LoadLabels(new ReadOnlySpan<long>((long*)labels + sample * pixels + start, span), tile.Labels, tile.Offsets);
        tile.Reset(kept);
        var offsets = kept == span ? default : tile.Offsets.AsSpan(0, kept);
        for (var k = 0; k < Classes; k++)
        {
            logits.Read(sample, k, start, offsets, tile.Logits(k));
            if (hasTargets)
                targets.Read(sample, k, start, offsets, tile.Target(k));
        }

        return kept;
    }

    /// <summary>Writes a tile's gradient, with 0 at pixels that did not count.</summary>
    public void Store(int piece, long start, PixelTile<T> tile, StridedPlanes to)
    {
        var sample = Sample(piece);
        var span = (int)Math.Min(PixelTile<T>.Capacity, End(piece) - start);
        for (var k = 0; k < Classes; k++)
        {
            var target = (T*)to.Address + sample * to.Sample + k * to.Class + start * to.Pixel;
            var gradient = tile.Gradient(k);
            if (gradient.Length == span && to.Pixel == 1)
                gradient.CopyTo(new Span<T>(target, span));
            else if (gradient.Length == span)
                for (var i = 0; i < gradient.Length; i++, target += to.Pixel)
                    *target = gradient[i];
            else
            {
                for (var i = 0; i < span; i++)
                    target[i * to.Pixel] = T.Zero;
                for (var i = 0; i < gradient.Length; i++)
                    target[tile.Offsets[i] * to.Pixel] = gradient[i];
            }
        }
    }

    private int LoadLabels(ReadOnlySpan<long> from, int[] classes, int[] offsets)
    {
        if (!hasIgnored || !from.Contains(ignored))
        {
            // Nothing to leave out: whole vectors at a time.
            if (TensorPrimitives.Min(from) < 0 || TensorPrimitives.Max(from) >= Classes)
            {
                Volatile.Write(ref wrongLabels, 1);
                return 0;
            }

            TensorPrimitives.ConvertTruncating(from, classes.AsSpan());
            return from.Length;
        }

        var (count, none, wrong) = (Classes, ignored, false);
        var kept = 0;
        for (var i = 0; i < from.Length; i++)
        {
            var label = from[i];
            // Written in any case and kept or not: no jump to mispredict.
            classes[kept] = (int)label;
            offsets[kept] = i;
            var isClass = (ulong)label < (ulong)count;
            var isIgnored = label == none;
            wrong |= !(isClass | isIgnored);
            kept += isClass & !isIgnored ? 1 : 0;
        }

        if (wrong)
            Volatile.Write(ref wrongLabels, 1);
        return kept;
    }
}
