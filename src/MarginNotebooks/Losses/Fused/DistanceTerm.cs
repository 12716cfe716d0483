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
/// <param name="marginOf">m_k of a class, at least 0.</param>
/// <param name="isShared">Whether it is the same for all classes.</param>
/// <param name="penalty">What becomes of a distance.</param>
internal sealed class DistanceTerm(Func<int, double> marginOf, bool isShared, DistancePenalty penalty) : PixelTerm
{
    /// <summary>The same margin for every class.</summary>
    public DistanceTerm(double margin, DistancePenalty penalty)
        : this(_ => margin, true, penalty)
    {
    }

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var distances = LogitDistances.Of(batch);
        var violation = penalty == DistancePenalty.SquaredBothWays ? distances - Margins(batch)
            // On distances, which are never negative, soft shrinkage is max(0, d - m), in one pass.
            : isShared ? nn.functional.softshrink(distances, marginOf(0))
            : (distances - Margins(batch)).relu();
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
            TensorPrimitives.Subtract(excess, T.CreateTruncating(marginOf(k)), excess);
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
        var slope = T.CreateTruncating(slopes[0] / tile.Classes);
        for (var k = 0; k < tile.Classes; k++)
            Push(tile.Logits(k), largest, pushed, tile.Gradient(k), T.CreateTruncating(marginOf(k)), slope);
        // The maximum's gradient goes to one index, the first of equal ones, as in the authors' code.
        tile.AddAtFirst(largest, pushed, probability: false);
    }

    private Tensor Margins(PixelBatch batch)
    {
        long[] shape = [1, batch.Classes, .. Enumerable.Repeat(1L, batch.SpatialRank)];
        double[] margins = [.. Enumerable.Range(0, (int)batch.Classes).Select(marginOf)];
        return tensor(margins, dtype: batch.Logits.dtype, device: batch.Logits.device).view(shape);
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
}
