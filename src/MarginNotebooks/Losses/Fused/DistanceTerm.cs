using System.Numerics;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>What becomes of a logit distance d at margin m.</summary>
internal enum DistancePenalty
{
    /// <summary><c>max(0, d - m)</c>.</summary>
    Linear,

    /// <summary><c>max(0, d - m)²</c>.</summary>
    Squared,

    /// <summary><c>(d - m)²</c>.</summary>
    SquaredBothWays,
}

/// <summary>Mean over pixels and classes of a penalty on the logit distances <c>d_k = max_j l_j - l_k</c>.</summary>
internal sealed class DistanceTerm(double margin, DistancePenalty penalty) : PixelTerm
{
    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var distances = LogitDistances.Of(batch);
        // On distances, which are never negative, soft shrinkage is max(0, d - m), in one pass.
        var violation = penalty == DistancePenalty.SquaredBothWays ? distances - margin : nn.functional.softshrink(distances, margin);
        return batch.MeanOverClasses(penalty == DistancePenalty.Linear ? violation : violation.square());
    }

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        var largest = tile.FindLargest();
        var excess = tile.Scratch(PixelTile<T>.Row.Second);
        for (var k = 0; k < tile.Classes; k++)
        {
            TensorPrimitives.Subtract(largest, tile.Logits(k), excess);
            TensorPrimitives.Subtract(excess, T.CreateTruncating(margin), excess);
            if (penalty != DistancePenalty.SquaredBothWays)
                TensorPrimitives.Max(excess, T.Zero, excess);
            var sum = penalty == DistancePenalty.Linear ? TensorPrimitives.Sum<T>(excess) : TensorPrimitives.SumOfSquares<T>(excess);
            sums[0] += double.CreateTruncating(sum) / tile.Classes;
        }
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        var largest = tile.FindLargest();
        var pushed = tile.Scratch(PixelTile<T>.Row.Second); // what the classes lose in sum, the largest logit gains
        pushed.Clear();
        var (m, slope) = (T.CreateTruncating(margin), T.CreateTruncating(slopes[0] / tile.Classes));
        for (var k = 0; k < tile.Classes; k++)
            Push(tile.Logits(k), largest, pushed, tile.Gradient(k), m, slope);
        // The maximum's gradient goes to one index, the first of equal ones, as in the authors' code.
        for (var k = 0; k < tile.Classes; k++)
            Gain(tile.Logits(k), largest, pushed, tile.Gradient(k));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Push<T>(Span<T> logits, Span<T> largest, Span<T> pushed, Span<T> gradient, T m, T slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= logits.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var excess = new Vector<T>(largest[i..]) - new Vector<T>(logits[i..]) - new Vector<T>(m);
            var force = penalty == DistancePenalty.Linear ? new Vector<T>(slope) : excess * new Vector<T>(slope + slope);
            if (penalty != DistancePenalty.SquaredBothWays)
                force = Vector.ConditionalSelect(Vector.GreaterThan(excess, Vector<T>.Zero), force, Vector<T>.Zero);
            (new Vector<T>(gradient[i..]) - force).CopyTo(gradient[i..]);
            (new Vector<T>(pushed[i..]) + force).CopyTo(pushed[i..]);
        }

        for (; i < logits.Length; i++)
        {
            var excess = largest[i] - logits[i] - m;
            var force = penalty == DistancePenalty.Linear ? slope : excess * (slope + slope);
            if (penalty != DistancePenalty.SquaredBothWays && !(excess > T.Zero))
                continue;
            gradient[i] -= force;
            pushed[i] += force;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gain<T>(Span<T> logits, Span<T> largest, Span<T> pushed, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= logits.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var rest = new Vector<T>(pushed[i..]);
            var gain = Vector.ConditionalSelect(Vector.Equals(new Vector<T>(logits[i..]), new Vector<T>(largest[i..])), rest, Vector<T>.Zero);
            (new Vector<T>(gradient[i..]) + gain).CopyTo(gradient[i..]);
            (rest - gain).CopyTo(pushed[i..]);
        }

        for (; i < logits.Length; i++)
            if (logits[i] == largest[i])
            {
                gradient[i] += pushed[i];
                pushed[i] = T.Zero;
            }
    }
}
