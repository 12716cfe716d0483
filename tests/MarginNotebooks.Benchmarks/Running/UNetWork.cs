namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Multiply-adds of the paper's U-Net, counted from its published shape.</summary>
internal static class UNetWork
{
    private static readonly int[] Widths = [1, 2, 4, 8, 16];

    // Pooling before each level.
    private static readonly int[] Scales = [1, 2, 2, 2, 4];

    /// <summary>Multiply-adds of a forward pass.</summary>
    /// <param name="filters">Width of the first level.</param>
    /// <param name="batch">Images.</param>
    /// <param name="size">Rows and columns, a multiple of 32.</param>
    /// <param name="classes">Classes.</param>
    public static long Forward(int filters, int batch, int size, int classes) => Layers(filters, batch, size, classes).Sum();

    /// <summary>
    /// Multiply-adds of a training step: forward, gradients of the weights, gradients of the inputs (which the first layer does not need).
    /// </summary>
    public static long TrainingStep(int filters, int batch, int size, int classes) =>
        3 * Forward(filters, batch, size, classes) - Layers(filters, batch, size, classes).First();

    private static IEnumerable<long> Layers(int filters, int batch, int size, int classes)
    {
        var pixels = new long[Widths.Length];
        var side = size;
        for (var level = 0; level < Widths.Length; level++)
        {
            side /= Scales[level];
            pixels[level] = (long)batch * side * side;
        }
        long Block(int level, long inputs) => 9 * pixels[level] * Width(level) * (inputs + Width(level));
        long Width(int level) => (long)filters * Widths[level];

        yield return 9 * pixels[0] * Width(0);
        yield return 9 * pixels[0] * Width(0) * Width(0);
        for (var level = 1; level < Widths.Length; level++)
            yield return Block(level, Width(level - 1));
        for (var level = Widths.Length - 2; level >= 0; level--)
            yield return Block(level, Width(level + 1) + Width(level));
        yield return pixels[0] * Width(0) * classes;
    }
}
