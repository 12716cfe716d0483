using System.Numerics;
using System.Runtime.CompilerServices;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Losses.Fused;

/// <summary>The targets of a <see cref="Neighbourhood"/> on a CPU, a sample at a time.</summary>
/// <remarks>
/// Each class is a plane of zeros and ones with a rim as wide as the neighbourhood's radius. With rims, a shift along any axis is one shift
/// of the whole plane's memory: every operator becomes a few long vector additions, in any number of dimensions.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class NeighbourhoodKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Neighbourhood neighbourhood;
    private readonly int classes;
    private readonly long? ignoreIndex;
    private readonly RimmedGrid grid;

    private NeighbourhoodKernel(Neighbourhood neighbourhood, int classes, long[] space, long? ignoreIndex)
    {
        this.neighbourhood = neighbourhood;
        this.classes = classes;
        this.ignoreIndex = ignoreIndex;
        var repeated = neighbourhood.Operator == NeighbourhoodOperator.Gaussian || neighbourhood.Border == NeighbourhoodBorder.Repeated;
        grid = RimmedGrid.For(space, neighbourhood.KernelSize / 2, repeated);
    }

    /// <param name="neighbourhood">What is made of the labels.</param>
    /// <param name="batch">Labels, and the type of the result.</param>
    /// <param name="image">(B, M, *S) of the same type, for the operators that compare intensities.</param>
    /// <returns>(B, C, *S); labels that are no class count nowhere.</returns>
    public static Tensor Targets(Neighbourhood neighbourhood, PixelBatch batch, Tensor? image)
    {
        using var scope = NewDisposeScope();
        var (labels, shape) = (batch.RawLabels.contiguous(), batch.Logits.shape);
        var targets = empty(shape, batch.Logits.dtype);
        if (targets.numel() > 0)
        {
            image = image?.contiguous();
            var kernel = new NeighbourhoodKernel<T>(neighbourhood, (int)batch.Classes, shape[2..], batch.IgnoreIndex);
            var pixels = kernel.grid.Pixels;
            var channels = (int)(image?.shape[1] ?? 0);
            var from = StridedPlanes.Of(labels.reshape(1, 1, -1)).Address;
            var to = StridedPlanes.Of(targets.reshape(1, 1, -1)).Address;
            var intensities = image is null ? 0 : StridedPlanes.Of(image.reshape(1, 1, -1)).Address;
            OrderedParallel.For((int)shape[0], kernel.NewScratch, (b, scratch) => kernel.Sample(
                new ReadOnlySpan<long>((long*)from + (long)b * pixels, pixels),
                new ReadOnlySpan<T>((T*)intensities + (long)b * channels * pixels, channels * pixels),
                new Span<T>((T*)to + (long)b * kernel.classes * pixels, kernel.classes * pixels),
                scratch));
        }

        return targets.MoveToOuterDisposeScope();
    }

    private Scratch NewScratch() => new(classes, grid);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sample(ReadOnlySpan<long> labels, ReadOnlySpan<T> image, Span<T> targets, Scratch s)
    {
        var outside = ignoreIndex == 0 ? -1 : 0; // beyond the border lies class 0, or nothing where class 0 is ignored
        foreach (var plane in s.OneHot)
            Array.Clear(plane);
        var sources = grid.Source;
        for (var i = 0; i < sources.Length; i++)
        {
            var label = sources[i] < 0 ? outside : labels[sources[i]];
            if ((ulong)label < (ulong)classes && (label != ignoreIndex || sources[i] < 0))
                s.OneHot[label][i] = T.One;
        }

        if (neighbourhood.NeedsImage)
            WeighByImage(image, s);
        else if (neighbourhood.Operator == NeighbourhoodOperator.Gaussian)
            Blur(s);
        else
        {
            foreach (var (plane, counts) in s.OneHot.Zip(s.Result))
                Box(plane, counts, s.Work);
            if (neighbourhood.Operator != NeighbourhoodOperator.Mean)
                ChooseClass(s);
        }

        if (neighbourhood.Operator is not (NeighbourhoodOperator.Max or NeighbourhoodOperator.Min or NeighbourhoodOperator.Mode
            or NeighbourhoodOperator.Median))
            Normalise(s);
        for (var k = 0; k < classes; k++)
            grid.CopyInterior<T>(s.Result[k], targets.Slice(k * grid.Pixels, grid.Pixels));
    }

    /// <summary>Sums over the neighbourhood, axis by axis.</summary>
    private void Box(T[] plane, T[] counts, T[] work)
    {
        plane.CopyTo(counts, 0);
        foreach (var stride in grid.Strides)
        {
            counts.CopyTo(work, 0);
            for (var i = 1; i <= grid.Radius; i++)
                AddShifted(work, counts, i * stride, T.One);
        }
    }

    /// <summary>Adds a plane shifted both ways; values that would come from beyond the memory lie in the rim and are not needed.</summary>
    private static void AddShifted(T[] from, T[] to, int shift, T weight)
    {
        var n = to.Length - shift;
        TensorPrimitives.MultiplyAdd(from.AsSpan(shift), weight, to.AsSpan(0, n), to.AsSpan(0, n));
        TensorPrimitives.MultiplyAdd(from.AsSpan(0, n), weight, to.AsSpan(shift), to.AsSpan(shift));
    }

    /// <summary>As <see cref="LabelBlur"/>: the neighbours alone are blurred, so no difference of large numbers is taken.</summary>
    private void Blur(Scratch s)
    {
        var blur = new LabelBlur(grid.Strides.Length, neighbourhood.KernelSize, neighbourhood.Sigma, neighbourhood.Centre);
        for (var k = 0; k < classes; k++)
        {
            var neighbours = s.Result[k];
            Array.Clear(neighbours);
            foreach (var stride in grid.Strides)
            {
                TensorPrimitives.MultiplyAdd(neighbours, T.CreateTruncating(blur.Nearest), s.OneHot[k], s.Work);
                for (var i = 1; i <= grid.Radius; i++)
                    AddShifted(s.Work, neighbours, i * stride, T.CreateTruncating(blur.Relative[i - 1]));
            }

            TensorPrimitives.Multiply(neighbours, T.CreateTruncating(blur.NeighbourFactor), neighbours);
            TensorPrimitives.MultiplyAdd(s.OneHot[k], T.CreateTruncating(blur.CentreShare), neighbours, neighbours);
        }
    }

    /// <summary>All weight on one class: the first with the property asked for, as argmax finds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ChooseClass(Scratch s)
    {
        for (var i = 0; i < s.Work.Length; i++)
        {
            T all = T.Zero, below = T.Zero, most = -T.One;
            for (var k = 0; k < classes; k++)
                all += s.Result[k][i];
            var chosen = neighbourhood.Operator == NeighbourhoodOperator.Max ? classes - 1 : 0;
            for (var k = classes - 1; k >= 0; k--)
            {
                var count = s.Result[k][i];
                below += count; // those of this class and above
                var take = neighbourhood.Operator switch
                {
                    NeighbourhoodOperator.Min => count > T.Zero,
                    NeighbourhoodOperator.Max => count > T.Zero && most < T.Zero,
                    NeighbourhoodOperator.Mode => count >= most,
                    // The lower median is the first class up to which at least half of the labels lie.
                    _ => (all - below + count) * (T.One + T.One) >= all,
                };
                if (!take)
                    continue;
                chosen = k;
                most = neighbourhood.Operator == NeighbourhoodOperator.Max ? T.One : count;
            }

            for (var k = 0; k < classes; k++)
                s.Result[k][i] = k == chosen ? T.One : T.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WeighByImage(ReadOnlySpan<T> image, Scratch s)
    {
        var channels = image.Length / grid.Pixels;
        while (s.Image.Count < channels)
            s.Image.Add(new T[grid.Cells]);
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < grid.Cells; i++)
                s.Image[c][i] = grid.Source[i] < 0 ? T.Zero : image[c * grid.Pixels + grid.Source[i]];
        foreach (var plane in s.Result)
            Array.Clear(plane);
        Array.Clear(s.Divisor);
        var squared = neighbourhood.Operator is NeighbourhoodOperator.ImageProportionsL2 or NeighbourhoodOperator.BilateralFilter;
        foreach (var (shift, squaredLength) in grid.Offsets)
        {
            // In the interior, which begins and ends a rim away from the memory's ends, every shift stays inside.
            var (first, length) = (grid.FirstInterior, grid.InteriorSpan);
            var weight = s.Work.AsSpan(first, length);
            weight.Clear();
            for (var c = 0; c < channels; c++)
            {
                var difference = s.Divisor2.AsSpan(first, length);
                TensorPrimitives.Subtract(s.Image[c].AsSpan(first + shift, length), s.Image[c].AsSpan(first, length), difference);
                if (squared)
                    TensorPrimitives.MultiplyAdd(difference, difference, weight, weight);
                else
                {
                    TensorPrimitives.Abs(difference, difference);
                    TensorPrimitives.Add(weight, difference, weight);
                }
            }

            if (channels > 1)
                TensorPrimitives.Divide(weight, T.CreateTruncating(channels), weight);
            if (neighbourhood.Operator is NeighbourhoodOperator.ImageProportionsL1 or NeighbourhoodOperator.ImageProportionsL2)
            {
                TensorPrimitives.Negate(weight, weight);
                TensorPrimitives.Exp(weight, weight);
            }
            else if (neighbourhood.Operator == NeighbourhoodOperator.BilateralFilter)
            {
                TensorPrimitives.Multiply(weight, T.CreateTruncating(-0.5 / (neighbourhood.IntensitySigma * neighbourhood.IntensitySigma)), weight);
                TensorPrimitives.Exp(weight, weight);
            }

            var gauss = neighbourhood.Operator is NeighbourhoodOperator.Bilateral or NeighbourhoodOperator.BilateralFilter
                ? Math.Exp(-squaredLength / (2 * neighbourhood.Sigma * neighbourhood.Sigma))
                : 1;
            if (gauss != 1)
                TensorPrimitives.Multiply(weight, T.CreateTruncating(gauss), weight);
            s.WeightSum += gauss;
            for (var k = 0; k < classes; k++)
            {
                var label = s.OneHot[k].AsSpan(first + shift, length);
                var target = s.Result[k].AsSpan(first, length);
                TensorPrimitives.MultiplyAdd(label, weight, target, target);
                TensorPrimitives.Add(s.Divisor.AsSpan(first, length), label, s.Divisor.AsSpan(first, length));
            }
        }
    }

    private void Normalise(Scratch s)
    {
        var weightSum = s.WeightSum;
        s.WeightSum = 0;
        if (neighbourhood.Operator == NeighbourhoodOperator.Gaussian && ignoreIndex is null)
            return; // sums to 1 as it is
        if (neighbourhood.Operator == NeighbourhoodOperator.Bilateral)
            TensorPrimitives.Multiply(s.Divisor, T.CreateTruncating(weightSum), s.Divisor);
        else if (neighbourhood.Operator != NeighbourhoodOperator.Gradient)
        {
            Array.Clear(s.Divisor);
            foreach (var plane in s.Result)
                TensorPrimitives.Add(s.Divisor, plane, s.Divisor);
        }

        TensorPrimitives.Max(s.Divisor, T.CreateTruncating(1e-30), s.Divisor);
        foreach (var plane in s.Result)
            TensorPrimitives.Divide(plane, s.Divisor, plane);
    }

    private sealed class Scratch(int classes, RimmedGrid grid)
    {
        internal T[][] OneHot { get; } = [.. Enumerable.Range(0, classes).Select(_ => new T[grid.Cells])];

        internal T[][] Result { get; } = [.. Enumerable.Range(0, classes).Select(_ => new T[grid.Cells])];

        internal T[] Work { get; } = new T[grid.Cells];

        internal T[] Divisor { get; } = new T[grid.Cells];

        internal T[] Divisor2 { get; } = new T[grid.Cells];

        internal List<T[]> Image { get; } = [];

        internal double WeightSum { get; set; }
    }
}
