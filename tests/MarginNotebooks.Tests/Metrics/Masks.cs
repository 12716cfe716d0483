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

    internal static bool[] Ball(Random random, int[] shape)
    {
        var centre = shape.Select(n => (0.3 + 0.4 * random.NextDouble()) * n).ToArray();
        var radius = 2 + 2 * random.NextDouble();
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
