namespace MarginNotebooks.Models;

/// <summary>Depth and strides of <see cref="NnUNet"/>.</summary>
/// <remarks>
/// nnU-Net's rule, for pixels as high as wide: both axes are halved again and again while halving leaves at least 4 rows or columns; when
/// only one axis is left that can be halved, it is halved while it has at least 3 · 4 = 12. Sizes are rounded up at each halving.
/// Source: Isensee et al., nnU-Net, supplement, and <c>get_pool_and_conv_props</c> in its published code.
/// </remarks>
/// <param name="Strides">Stride of each stage's first convolution; (1, 1) for the first stage.</param>
public sealed record NnUNetPlan(IReadOnlyList<(int Rows, int Columns)> Strides)
{
    /// <summary>Smallest side of a feature map.</summary>
    public const int SmallestMap = 4;

    /// <summary>Number of stages, the one at full size included.</summary>
    public int Stages => Strides.Count;

    /// <summary>The plan for a size of slices.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>The plan; it has at least two stages.</returns>
    public static NnUNetPlan For(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var strides = new List<(int Rows, int Columns)> { (1, 1) };
        var (rowSpacing, columnSpacing) = (1, 1);
        while (true)
        {
            var (row, column) = (height >= 2 * SmallestMap, width >= 2 * SmallestMap);
            // An axis whose pixels are already twice as large as the other's waits, unless the other cannot be halved any more.
            if (row && column)
                (row, column) = (rowSpacing < 2 * columnSpacing, columnSpacing < 2 * rowSpacing);
            if (row != column && (row ? height : width) < 3 * SmallestMap) break;
            if (!row && !column) break;
            strides.Add((row ? 2 : 1, column ? 2 : 1));
            if (row) (height, rowSpacing) = ((height + 1) / 2, rowSpacing * 2);
            if (column) (width, columnSpacing) = ((width + 1) / 2, columnSpacing * 2);
        }
        // A network without any halving would have no decoder.
        if (strides.Count == 1) strides.Add((2, 2));
        return new(strides);
    }

    /// <summary>Whether two plans have the same strides.</summary>
    /// <param name="other">The other plan.</param>
    /// <returns>True when they do.</returns>
    public bool Equals(NnUNetPlan? other) => other is not null && Strides.SequenceEqual(other.Strides);

    /// <inheritdoc/>
    public override int GetHashCode() => Strides.Aggregate(17, HashCode.Combine);
}
