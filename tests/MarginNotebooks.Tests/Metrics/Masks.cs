namespace MarginNotebooks.Tests.Metrics;

/// <summary>Random masks with at least one voxel.</summary>
internal static class Masks
{
    internal static bool[] Noise(Random random, int[] shape, double density)
    {
        var mask = new bool[shape.Aggregate((a, b) => a * b)];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = random.NextDouble() < density;
        mask[random.Next(mask.Length)] = true;
        return mask;
    }

    internal static bool[] Ball(Random random, int[] shape) => Ball(random, shape, (0.3, 0.4), (2, 2));

    /// <summary>A ball and one more voxel; its centre lies in a range of shares of each extent, its radius in a range of voxels.</summary>
    internal static bool[] Ball(Random random, int[] shape, (double From, double Span) place, (double From, double Span) size)
    {
        var centre = shape.Select(n => (place.From + place.Span * random.NextDouble()) * n).ToArray();
        var radius = size.From + size.Span * random.NextDouble();
        var mask = new bool[shape.Aggregate((a, b) => a * b)];
        for (var i = 0; i < mask.Length; i++)
        {
            double squared = 0;
            for (int axis = shape.Length - 1, rest = i; axis >= 0; rest /= shape[axis--])
                squared += Math.Pow(rest % shape[axis] - centre[axis], 2);
            mask[i] = squared < radius * radius;
        }

        mask[random.Next(mask.Length)] = true;
        return mask;
    }
}
