using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>
/// <c>mean_{pixels,(k,r)} P([r = region]·h_k; λ_kr, ρ_kr)</c>: the penalty of an augmented Lagrangian with a multiplier for each class on
/// boundaries and inside regions.
/// </summary>
/// <param name="constraint">h.</param>
/// <param name="penalty">P.</param>
/// <param name="margin">m.</param>
/// <param name="lambdas">λ of each class on boundaries, then of each class inside.</param>
/// <param name="rhos">ρ, in the same order.</param>
/// <param name="around">Where the class proportions come from.</param>
internal sealed class CracTerm(
    CracConstraint constraint, LagrangianPenalty penalty, double margin, double[] lambdas, double[] rhos, Neighbourhood around) : PixelTerm
{
    // Proportions are quotients of small whole numbers: one class alone gives exactly 1, two give at most 1 - 1/3^axes.
    private const double Alone = 1 - 1e-6;

    private bool MayBeNegative => constraint == CracConstraint.LogitDistances;

    /// <inheritdoc/>
    public override Tensor Targets(PixelBatch batch, Tensor? image) => around.Targets(batch, null);

    /// <inheritdoc/>
    public override Tensor OnTensors(PixelBatch batch)
    {
        var (h, boundary) = Constraint(batch);
        Tensor Choose(double[] values) => where(boundary, Row(batch, values, 0), Row(batch, values, 1));
        return batch.MeanOverClasses(penalty.Value(h, Choose(lambdas), Choose(rhos))) / 2;
    }

    /// <summary>h (B, C, *S), and where the boundary is (B, 1, *S).</summary>
    public (Tensor H, Tensor Boundary) Constraint(PixelBatch batch)
    {
        var boundary = batch.Targets!.amax([1], keepdim: true) < Alone;
        if (MayBeNegative)
            return (LogitDistances.Of(batch) - margin, boundary);
        var target = where(boundary, batch.Targets, batch.Targets * margin);
        return ((target - batch.Logits).abs(), boundary);
    }

    /// <summary>The numbers of one region as (1, C, 1, …).</summary>
    public Tensor Row(PixelBatch batch, double[] values, int region)
    {
        var classes = (int)batch.Classes;
        long[] shape = [1, classes, .. Enumerable.Repeat(1L, batch.SpatialRank)];
        return tensor(values[(region * classes)..((region + 1) * classes)], dtype: batch.Logits.dtype, device: batch.Logits.device).view(shape);
    }

    /// <inheritdoc/>
    public override void Add<T>(PixelTile<T> tile, Span<double> sums)
    {
        FindRegions(tile);
        var difference = tile.Scratch(PixelTile<T>.Row.Second);
        var h = tile.Scratch(PixelTile<T>.Row.Third);
        var work = tile.Scratch(PixelTile<T>.Row.First);
        double total = 0;
        for (var k = 0; k < tile.Classes; k++)
        {
            Difference(tile, k, difference);
            for (var r = 0; r < 2; r++)
            {
                TensorPrimitives.Multiply<T>(difference, Region(tile, r), h);
                var (lambda, rho) = Of(r, k, tile.Classes);
                var (quadratic, cubic) = penalty.Polynomial(lambda, rho);
                if (MayBeNegative && penalty == LagrangianPenalty.Phr)
                    TensorPrimitives.Max(h, T.CreateTruncating(-lambda / rho), h);
                else if (MayBeNegative)
                {
                    // λh/(1 - ρh) below 0; the polynomial then sees 0.
                    TensorPrimitives.Min(h, T.Zero, work);
                    total += double.CreateTruncating(Below(work, lambda, rho));
                    TensorPrimitives.Max(h, T.Zero, h);
                }

                total += lambda * double.CreateTruncating(MayBeNegative ? TensorPrimitives.Sum<T>(h) : TensorPrimitives.SumOfMagnitudes<T>(h));
                total += quadratic * double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(h));
                if (cubic == 0)
                    continue;
                TensorPrimitives.Multiply<T>(h, h, work);
                TensorPrimitives.Abs<T>(h, h);
                total += cubic * double.CreateTruncating(TensorPrimitives.Dot<T>(h, work));
            }
        }

        sums[0] += total / (2 * tile.Classes);
    }

    /// <inheritdoc/>
    public override void AddGradient<T>(PixelTile<T> tile, ReadOnlySpan<double> slopes)
    {
        FindRegions(tile);
        var difference = tile.Scratch(PixelTile<T>.Row.Second);
        var force = tile.Scratch(PixelTile<T>.Row.Third);
        var h = tile.Scratch(PixelTile<T>.Row.First);
        var pushed = tile.Scratch(PixelTile<T>.Row.Own); // what the classes lose in sum, the largest logit gains
        pushed.Clear();
        var slope = T.CreateTruncating(slopes[0] / (2 * tile.Classes));
        for (var k = 0; k < tile.Classes; k++)
        {
            Difference(tile, k, difference);
            for (var r = 0; r < 2; r++)
            {
                if (MayBeNegative)
                    difference.CopyTo(h);
                else
                    TensorPrimitives.Abs<T>(difference, h);
                var (lambda, rho) = Of(r, k, tile.Classes);
                Slope(h, force, lambda, rho);
                TensorPrimitives.Multiply<T>(force, Region(tile, r), force);
                TensorPrimitives.Multiply(force, slope, force);
                if (MayBeNegative)
                    TensorPrimitives.Add<T>(pushed, force, pushed);
                else
                    TimesSign(force, difference, h);
                TensorPrimitives.Subtract(tile.Gradient(k), force, tile.Gradient(k));
            }
        }

        if (MayBeNegative)
            tile.AddAtFirst(tile.FindLargest(), pushed, probability: false);
    }

    /// <summary>dP/dh; h is used up.</summary>
    private void Slope<T>(Span<T> h, Span<T> slope, double lambda, double rho)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (quadratic, cubic) = penalty.Polynomial(lambda, rho);
        if (MayBeNegative && penalty == LagrangianPenalty.Phr)
            TensorPrimitives.Max(h, T.CreateTruncating(-lambda / rho), h);
        if (MayBeNegative && penalty != LagrangianPenalty.Phr)
        {
            TensorPrimitives.Min(h, T.Zero, slope);
            TensorPrimitives.Multiply(slope, T.CreateTruncating(-rho), slope);
            TensorPrimitives.Add(slope, T.One, slope);
            TensorPrimitives.Multiply<T>(slope, slope, slope);
            TensorPrimitives.Divide(T.CreateTruncating(lambda), slope, slope);
            TensorPrimitives.Max(h, T.Zero, h);
        }
        else
            slope.Fill(T.CreateTruncating(lambda));
        TensorPrimitives.MultiplyAdd(h, T.CreateTruncating(2 * quadratic), slope, slope);
        if (cubic == 0)
            return;
        TensorPrimitives.Multiply<T>(h, h, h);
        TensorPrimitives.MultiplyAdd(h, T.CreateTruncating(3 * cubic), slope, slope);
    }

    private static T Below<T>(Span<T> h, double lambda, double rho)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        var (l, r) = (T.CreateTruncating(lambda), T.CreateTruncating(rho));
        foreach (var x in h)
            sum += l * x / (T.One - r * x);
        return sum;
    }

    /// <summary>Times -1, 0 or 1; NaN stays NaN.</summary>
    private static void TimesSign<T>(Span<T> force, Span<T> difference, Span<T> work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.CopySign<T>(force, difference, work);
        for (var i = 0; i < force.Length; i++)
            force[i] = difference[i] == T.Zero ? T.Zero : work[i];
    }

    private (double Lambda, double Rho) Of(int region, int k, int classes) => (lambdas[region * classes + k], rhos[region * classes + k]);

    /// <summary>m·τ_k - l_k inside, τ_k - l_k on boundaries; or max_j l_j - l_k - m.</summary>
    private void Difference<T>(PixelTile<T> tile, int k, Span<T> difference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (MayBeNegative)
        {
            TensorPrimitives.Subtract(tile.FindLargestOnce(k), tile.Logits(k), difference);
            TensorPrimitives.Subtract(difference, T.CreateTruncating(margin), difference);
            return;
        }

        TensorPrimitives.Multiply(Region(tile, 1), T.CreateTruncating(margin), difference);
        TensorPrimitives.Add<T>(difference, Region(tile, 0), difference);
        TensorPrimitives.Multiply<T>(difference, tile.Target(k), difference);
        TensorPrimitives.Subtract<T>(difference, tile.Logits(k), difference);
    }

    /// <summary>1 at the pixels of a region, 0 elsewhere.</summary>
    private static Span<T> Region<T>(PixelTile<T> tile, int region)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        tile.Scratch(region == 0 ? PixelTile<T>.Row.Fourth : PixelTile<T>.Row.Fifth);

    private static void FindRegions<T>(PixelTile<T> tile)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var boundary = Region(tile, 0);
        var interior = Region(tile, 1);
        tile.Target(0).CopyTo(interior);
        for (var k = 1; k < tile.Classes; k++)
            TensorPrimitives.Max<T>(interior, tile.Target(k), interior);
        for (var i = 0; i < interior.Length; i++)
            interior[i] = interior[i] < T.CreateTruncating(Alone) ? T.Zero : T.One;
        TensorPrimitives.Subtract(T.One, interior, boundary);
    }
}
