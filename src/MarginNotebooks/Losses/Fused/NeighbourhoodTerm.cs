using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>Mean over pixels and classes of the distance between the prediction and the neighbourhood's target.</summary>
internal sealed class NeighbourhoodTerm(
    Func<PixelBatch, Tensor?, Tensor> targets, NaclPrediction prediction, NaclDistance distance) : PixelTerm
{
    public NeighbourhoodTerm(Neighbourhood neighbourhood, NaclPrediction prediction, NaclDistance distance)
        : this(neighbourhood.Targets, prediction, distance)
    {
    }

    /// <inheritdoc/>
    public override Tensor Targets(PixelBatch batch, Tensor? image) => targets(batch, image);

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var difference = batch.Targets! - (prediction == NaclPrediction.Probabilities ? batch.Probabilities : batch.Logits);
        return batch.MeanOverClasses(distance == NaclDistance.Absolute ? difference.abs() : difference.square());
    }

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        for (var k = 0; k < tile.Classes; k++)
        {
            var predicted = Predicted(tile, k);
            var difference = tile.Scratch(PixelTile<T>.Row.Second);
            TensorPrimitives.Subtract(predicted, tile.Target(k), difference);
            var sum = distance == NaclDistance.Absolute
                ? TensorPrimitives.SumOfMagnitudes<T>(difference)
                : TensorPrimitives.SumOfSquares<T>(difference);
            sums[0] += double.CreateTruncating(sum) / tile.Classes;
        }
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var slope = T.CreateTruncating(slopes[0] / tile.Classes);
        for (var k = 0; k < tile.Classes; k++)
        {
            var predicted = Predicted(tile, k);
            var gradient = prediction == NaclPrediction.Probabilities ? tile.ProbabilityGradient(k) : tile.Gradient(k);
            if (distance == NaclDistance.Absolute)
                AddSign(predicted, tile.Target(k), gradient, slope);
            else
            {
                var difference = tile.Scratch(PixelTile<T>.Row.Second);
                TensorPrimitives.Subtract(predicted, tile.Target(k), difference);
                TensorPrimitives.MultiplyAdd(difference, slope + slope, gradient, gradient);
            }
        }
    }

    private Span<T> Predicted<T>(PixelTile<T> tile, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        prediction == NaclPrediction.Probabilities ? tile.Probability(k) : tile.Logits(k);

    /// <summary>Adds ±slope, and nothing where prediction and target are equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSign<T>(Span<T> predicted, Span<T> target, Span<T> gradient, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= predicted.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (x, t) = (new Vector<T>(predicted[i..]), new Vector<T>(target[i..]));
            var up = Vector.ConditionalSelect(Vector.GreaterThan(x, t), new Vector<T>(slope), Vector<T>.Zero);
            var down = Vector.ConditionalSelect(Vector.LessThan(x, t), new Vector<T>(slope), Vector<T>.Zero);
            (new Vector<T>(gradient[i..]) + (up - down)).CopyTo(gradient[i..]);
        }

        for (; i < predicted.Length; i++)
            gradient[i] += predicted[i] > target[i] ? slope : predicted[i] < target[i] ? -slope : T.Zero;
    }
}
