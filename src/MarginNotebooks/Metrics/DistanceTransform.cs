using System.Runtime.CompilerServices;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Metrics;

/// <summary>Exact Euclidean distance transform with anisotropic spacing, in time proportional to the number of voxels.</summary>
/// <remarks>
/// <c>D(x)² = min over feature voxels y of Σ_a (s_a·(x_a − y_a))²</c>, one axis after another: along a line, the minimum of parabolas is
/// their lower envelope. Source: Felzenszwalb &amp; Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8 (2012).
/// </remarks>
public static class DistanceTransform
{
    private const int LinesATime = 64;

    /// <summary>Squared distance of every voxel to the nearest feature voxel.</summary>
    /// <param name="features">Feature voxels, row-major.</param>
    /// <param name="shape">Voxels along each axis, any number of axes.</param>
    /// <param name="spacing">Voxel spacing along each axis; distances come in its unit.</param>
    /// <returns>Squared distances, row-major; +∞ everywhere when there is no feature.</returns>
    public static double[] Squared(bool[] features, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing)
    {
        Check(features.Length, shape, spacing);
        return Squared(features, null, shape, spacing);
    }

    /// <summary>As the other, but right only where asked for: lines without such a voxel are left out of the last axis.</summary>
    /// <param name="features">Feature voxels, row-major.</param>
    /// <param name="wanted">Voxels whose distance is needed; null for all.</param>
    /// <param name="shape">Voxels along each axis.</param>
    /// <param name="spacing">Voxel spacing along each axis.</param>
    internal static double[] Squared(bool[] features, bool[]? wanted, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing)
    {
        var squared = new double[features.Length];
        if (features.Length == 0)
            return squared;
        AlongRows(features, squared, shape[^1], spacing[^1]);
        var stride = shape[^1];
        for (var axis = shape.Length - 2; axis >= 0; axis--)
        {
            if (shape[axis] > 1)
                AlongAxis(squared, axis == 0 ? wanted : null, stride, shape[axis], spacing[axis]);
            stride *= shape[axis];
        }

        return squared;
    }

    internal static void Check(int voxels, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing)
    {
        if (shape.Length != spacing.Length)
            throw new ArgumentException($"The shape has {shape.Length} axes but the spacing {spacing.Length}.", nameof(spacing));
        long product = 1;
        foreach (var size in shape)
            product *= size;
        if (product != voxels)
            throw new ArgumentException(
                $"Shape ({string.Join(", ", shape.ToArray())}) has {product} voxels, the mask {voxels}.", nameof(shape));
        foreach (var step in spacing)
            if (!(step > 0) || double.IsInfinity(step))
                throw new ArgumentException(
                    $"Spacing ({string.Join(", ", spacing.ToArray())}) must be positive and finite.", nameof(spacing));
    }

    /// <summary>Along the last axis there are only features yet: the nearest one is the last met from the left or from the right.</summary>
    private static void AlongRows(bool[] features, double[] squared, int length, double spacing)
    {
        var rows = features.Length / length;
        var block = RowsATime(length);
        OrderedParallel.For((rows + block - 1) / block, piece =>
        {
            for (var row = piece * block; row < Math.Min(rows, (piece + 1) * block); row++)
                Row(features.AsSpan(row * length, length), squared.AsSpan(row * length, length), spacing);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(ReadOnlySpan<bool> features, Span<double> squared, double spacing)
    {
        var first = features.IndexOf(true);
        if (first < 0)
        {
            squared.Fill(double.PositiveInfinity);
            return;
        }

        for (int q = 0, left = first; q < features.Length; q++)
        {
            left = features[q] ? q : left;
            squared[q] = Math.Abs(q - left);
        }

        for (int q = features.Length - 1, right = features.LastIndexOf(true); q >= 0; q--)
        {
            right = features[q] ? q : right;
            var along = Math.Min(squared[q], Math.Abs(right - q)) * spacing;
            squared[q] = along * along;
        }
    }

    private static int RowsATime(int length) => Math.Max(1, (1 << 14) / length);

    private static void AlongAxis(double[] values, bool[]? wanted, int stride, int length, double spacing)
    {
        // A block of neighbouring lines at a time, so that each piece of memory fetched is used whole.
        var blocks = (stride + LinesATime - 1) / LinesATime;
        OrderedParallel.For(values.Length / (stride * length) * blocks, () => new Envelope(length, spacing), (i, envelope) =>
        {
            var first = i / blocks * (stride * length);
            for (var line = i % blocks * LinesATime; line < Math.Min(stride, (i % blocks + 1) * LinesATime); line++)
                if (wanted is null || Any(wanted, first + line, stride, length))
                    envelope.Apply(values, first + line, stride);
        });
    }

    private static bool Any(bool[] wanted, int start, int stride, int length)
    {
        for (var q = 0; q < length; q++)
            if (wanted[start + q * stride])
                return true;
        return false;
    }

    /// <summary>Scratch space for one line: the parabolas of the lower envelope and where each begins.</summary>
    private sealed class Envelope(int length, double spacing)
    {
        private readonly double[] _line = new double[length];
        private readonly int[] _vertex = new int[length];
        private readonly double[] _begin = new double[length]; // in voxels
        private readonly double[] _perHeight = // 1 / (2·s²·(q − p)): a division a crossing would cost most of the time
            [.. Enumerable.Range(0, length).Select(steps => 1 / (2 * spacing * spacing * Math.Max(1, steps)))];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Apply(double[] values, int start, int stride)
        {
            var top = -1;
            for (var q = 0; q < length; q++)
            {
                _line[q] = values[start + q * stride];
                if (double.IsPositiveInfinity(_line[q]))
                    continue;
                double begin = double.NegativeInfinity;
                for (; top >= 0; top--)
                {
                    begin = Intersection(_vertex[top], q);
                    if (begin > _begin[top])
                        break;
                    begin = double.NegativeInfinity;
                }

                _vertex[++top] = q;
                _begin[top] = begin;
            }

            if (top < 0)
                return;
            for (int q = 0, k = 0; q < length; q++)
            {
                while (k < top && _begin[k + 1] < q)
                    k++;
                var along = (q - _vertex[k]) * spacing;
                values[start + q * stride] = along * along + _line[_vertex[k]];
            }
        }

        // Where the parabolas of p and q cross, in voxels: midway, moved by the difference of their heights.
        private double Intersection(int p, int q) => 0.5 * (p + q) + (_line[q] - _line[p]) * _perHeight[q - p];
    }
}
