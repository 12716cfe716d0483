using System.Numerics;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>All terms of a loss in one walk over the pixels, and their gradient in the same or, where it needs the sums first, in a second one.</summary>
/// <remarks>Work is divided into pieces of a fixed size whose sums are added in order, so values do not depend on the number of
/// threads.</remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class FusedPass<T>(WeightedTerm[] terms, long? ignoreIndex) : IFusedPass
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TilesAPiece = 8;
    private double[][] slopes = [];

    /// <inheritdoc/>
    public (Tensor Values, Tensor? Gradient) Forward(Tensor logits, Tensor labels, Tensor? targets, bool withGradient)
    {
        using var scope = NewDisposeScope();
        var walk = new PixelWalk<T>(logits, labels, targets, ignoreIndex, TilesAPiece);
        var counts = new long[walk.Pieces];
        var sums = terms.Select(part => new double[walk.Pieces * part.Term.SumCount(walk.Classes)]).ToArray();
        // Where the slopes are known beforehand, the total's gradient costs little more while the tile is at hand.
        var gradient = withGradient && terms.All(part => part.Term.IsMean) ? StridedPlanes.EmptyLike(logits) : null;
        var to = gradient is null ? default : StridedPlanes.Of(gradient);
        var pixels = gradient is null ? 1 : Math.Max(1, walk.CountPixels());
        var ahead = terms.Select(part => part.Weight == 0 ? null : new[] { part.Weight / pixels }).ToArray();
        OrderedParallel.For(walk.Pieces, walk.NewTile, (piece, tile) =>
        {
            for (var start = walk.First(piece); start < walk.End(piece); start += PixelTile<T>.Capacity)
            {
                walk.Load(piece, start, tile);
                counts[piece] += tile.Count;
                for (var t = 0; t < terms.Length && tile.Count > 0; t++)
                {
                    var size = terms[t].Term.SumCount(walk.Classes);
                    terms[t].Term.Add(tile, sums[t].AsSpan(piece * size, size));
                }

                if (gradient is not null)
                    AddAndStore(walk, tile, piece, start, ahead, to, ofSample: false);
            }
        });
        if (walk.HasWrongLabel)
            LabelCheck.Examine(labels, walk.Classes, ignoreIndex);
        var values = Combine(walk, sums, new BatchSize(walk.Samples, walk.Classes, counts.Sum()));
        return (values.MoveToOuterDisposeScope(), gradient?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor logits, Tensor labels, Tensor? targets, Tensor? gradient, Tensor outer)
    {
        using var scope = NewDisposeScope();
        var weights = outer.to(ScalarType.Float64).data<double>().ToArray();
        if (gradient is not null && weights.AsSpan(1).IndexOfAnyExcept(0.0) < 0)
            return (weights[0] == 1 ? gradient.alias() : gradient * outer[0]).MoveToOuterDisposeScope();
        var result = StridedPlanes.EmptyLike(logits);
        var walk = new PixelWalk<T>(logits, labels, targets, ignoreIndex, TilesAPiece);
        var to = StridedPlanes.Of(result);
        // The total comes first in the outputs, then each part.
        var scaled = terms.Select((part, t) => Scaled(slopes[t], weights[0] * part.Weight + weights[t + 1])).ToArray();
        OrderedParallel.For(walk.Pieces, walk.NewTile, (piece, tile) =>
        {
            for (var start = walk.First(piece); start < walk.End(piece); start += PixelTile<T>.Capacity)
            {
                walk.Load(piece, start, tile);
                AddAndStore(walk, tile, piece, start, scaled, to, ofSample: true);
            }
        });
        return result.MoveToOuterDisposeScope();
    }

    private void AddAndStore(
        PixelWalk<T> walk, PixelTile<T> tile, int piece, long start, double[]?[] slopes, StridedPlanes to, bool ofSample)
    {
        if (tile.Count > 0)
        {
            tile.ClearGradient();
            for (var t = 0; t < terms.Length; t++)
            {
                if (slopes[t] is not { } own)
                    continue;
                var size = terms[t].Term.SumCount(walk.Classes);
                terms[t].Term.AddGradient(tile, ofSample ? own.AsSpan(walk.Sample(piece) * size, size) : own);
            }

            tile.ChainGradient();
        }

        walk.Store(piece, start, tile, to);
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
    /// <summary>Total and parts, and where it is cheap the total's gradient.</summary>
    /// <returns>1 + the number of terms, of the logits' type; the gradient of the first by the logits, or null.</returns>
    (Tensor Values, Tensor? Gradient) Forward(Tensor logits, Tensor labels, Tensor? targets, bool withGradient);

    /// <summary>Gradient of the logits, in their layout.</summary>
    /// <param name="logits">As before.</param>
    /// <param name="labels">As before.</param>
    /// <param name="targets">As before.</param>
    /// <param name="gradient">From the forward pass.</param>
    /// <param name="outer">Gradient of total and parts.</param>
    Tensor Backward(Tensor logits, Tensor labels, Tensor? targets, Tensor? gradient, Tensor outer);
}
