using System.Numerics;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>All terms of a loss in one walk over the pixels, and their gradient in a second one; nothing of the batch's size is kept.</summary>
/// <remarks>Work is divided into pieces of a fixed size whose sums are added in order, so values do not depend on the number of
/// threads.</remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class FusedPass<T>(WeightedTerm[] terms, long? ignoreIndex) : IFusedPass
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TilesAPiece = 8;
    private double[][] slopes = [];

    /// <inheritdoc/>
    public Tensor Values(Tensor logits, Tensor labels, Tensor? targets)
    {
        using var scope = NewDisposeScope();
        var walk = new PixelWalk<T>(logits, labels, targets, ignoreIndex, TilesAPiece);
        var counts = new long[walk.Pieces];
        var sums = terms.Select(part => new double[walk.Pieces * part.Term.SumCount(walk.Classes)]).ToArray();
        OrderedParallel.For(walk.Pieces, walk.NewTile, (piece, tile) =>
        {
            for (var start = walk.First(piece); start < walk.End(piece); start += PixelTile<T>.Capacity)
            {
                if (walk.Load(piece, start, tile) == 0)
                    continue;
                counts[piece] += tile.Count;
                for (var t = 0; t < terms.Length; t++)
                {
                    var size = terms[t].Term.SumCount(walk.Classes);
                    terms[t].Term.Add(tile, sums[t].AsSpan(piece * size, size));
                }
            }
        });
        if (walk.HasWrongLabel)
            LabelCheck.Range(labels, walk.Classes, ignoreIndex);
        return Combine(walk, sums, new BatchSize(walk.Samples, walk.Classes, counts.Sum())).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Gradient(Tensor logits, Tensor labels, Tensor? targets, Tensor outer)
    {
        using var scope = NewDisposeScope();
        var weights = outer.to(ScalarType.Float64).data<double>().ToArray();
        var gradient = StridedPlanes.EmptyLike(logits);
        var walk = new PixelWalk<T>(logits, labels, targets, ignoreIndex, TilesAPiece);
        var to = StridedPlanes.Of(gradient);
        // The total comes first in the outputs, then each part.
        var scaled = terms.Select((part, t) => Scaled(slopes[t], weights[0] * part.Weight + weights[t + 1])).ToArray();
        OrderedParallel.For(walk.Pieces, walk.NewTile, (piece, tile) =>
        {
            for (var start = walk.First(piece); start < walk.End(piece); start += PixelTile<T>.Capacity)
            {
                if (walk.Load(piece, start, tile) > 0)
                {
                    tile.ClearGradient();
                    for (var t = 0; t < terms.Length; t++)
                    {
                        if (scaled[t] is not { } own)
                            continue;
                        var size = terms[t].Term.SumCount(walk.Classes);
                        terms[t].Term.AddGradient(tile, own.AsSpan(walk.Sample(piece) * size, size));
                    }

                    tile.ChainGradient();
                }

                walk.Store(piece, start, tile, to);
            }
        });
        return gradient.MoveToOuterDisposeScope();
    }

    private static double[]? Scaled(double[] slopes, double weight) => weight == 0 ? null : Array.ConvertAll(slopes, slope => slope * weight);

    private Tensor Combine(PixelWalk<T> walk, double[][] pieceSums, BatchSize shape)
    {
        var values = new double[terms.Length + 1];
        slopes = new double[terms.Length][];
        for (var t = 0; t < terms.Length; t++)
        {
            var size = terms[t].Term.SumCount(walk.Classes);
            var sums = new double[walk.Samples * size];
            for (var piece = 0; piece < walk.Pieces; piece++)
                for (var i = 0; i < size; i++)
                    sums[walk.Sample(piece) * size + i] += pieceSums[t][piece * size + i];
            slopes[t] = new double[sums.Length];
            values[t + 1] = terms[t].Term.Value(sums, shape, slopes[t]);
            values[0] += terms[t].Weight * values[t + 1];
        }

        return tensor(values).to(typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64);
    }
}

/// <summary>A fused pass of either type.</summary>
internal interface IFusedPass
{
    /// <summary>Total and parts.</summary>
    /// <returns>1 + the number of terms, of the logits' type.</returns>
    Tensor Values(Tensor logits, Tensor labels, Tensor? targets);

    /// <summary>Gradient of the logits, in their layout.</summary>
    /// <param name="logits">As before.</param>
    /// <param name="labels">As before.</param>
    /// <param name="targets">As before.</param>
    /// <param name="outer">Gradient of total and parts.</param>
    Tensor Gradient(Tensor logits, Tensor labels, Tensor? targets, Tensor outer);
}
