namespace MarginNotebooks.Metrics;

/// <summary>Exact Euclidean distance transform with anisotropic spacing, in time proportional to the number of voxels.</summary>
/// <remarks>
/// <c>D(x)² = min over feature voxels y of Σ_a (s_a·(x_a − y_a))²</c>, one axis after another: along a line, the minimum of parabolas is
/// their lower envelope. Source: Felzenszwalb &amp; Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8 (2012).
/// </remarks>
public static class DistanceTransform
{
    private const int ParallelFrom = 1 << 17;

    /// <summary>Squared distance of every voxel to the nearest feature voxel.</summary>
    /// <param name="features">Feature voxels, row-major.</param>
    /// <param name="shape">Voxels along each axis, any number of axes.</param>
    /// <param name="spacing">Voxel spacing along each axis; distances come in its unit.</param>
    /// <returns>Squared distances, row-major; +∞ everywhere when there is no feature.</returns>
    public static double[] Squared(bool[] features, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing)
    {
        Check(features.Length, shape, spacing);
        var squared = new double[features.Length];
        for (var i = 0; i < squared.Length; i++)
            squared[i] = features[i] ? 0 : double.PositiveInfinity;
        var stride = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] > 1)
                AlongAxis(squared, stride, shape[axis], spacing[axis]);
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

    private static void AlongAxis(double[] values, int stride, int length, double spacing)
    {
        var lines = values.Length / length;
        if (values.Length < ParallelFrom)
        {
            var envelope = new Envelope(length, spacing);
            for (var line = 0; line < lines; line++)
                envelope.Apply(values, Start(line), stride);
        }
        else
        {
            Parallel.For(0, lines, () => new Envelope(length, spacing), (line, _, envelope) =>
            {
                envelope.Apply(values, Start(line), stride);
                return envelope;
            }, _ => { });
        }

        int Start(int line) => line / stride * (stride * length) + line % stride;
    }

    /// <summary>Scratch space for one line: the parabolas of the lower envelope and where each begins.</summary>
    private sealed class Envelope(int length, double spacing)
    {
        private readonly double[] _line = new double[length];
        private readonly int[] _vertex = new int[length];
        private readonly double[] _begin = new double[length];

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
                while (k < top && _begin[k + 1] < q * spacing)
                    k++;
                var along = (q - _vertex[k]) * spacing;
                values[start + q * stride] = along * along + _line[_vertex[k]];
            }
        }

        private double Intersection(int p, int q)
        {
            double x = p * spacing, y = q * spacing;
            return (_line[q] + y * y - (_line[p] + x * x)) / (2 * (y - x));
        }
    }
}
