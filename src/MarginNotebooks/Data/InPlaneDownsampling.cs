namespace MarginNotebooks.Data;

/// <summary>Makes the slices of a volume smaller by a whole factor, for studies that must be affordable; slices keep their number.</summary>
/// <remarks>
/// A new pixel stands for a block of <c>f × f</c>: its intensity is the block's mean, its label the block's most frequent one (the lowest of
/// several), "not annotated" counting as a label. Rows and columns that do not fill a block are left out. The spacing grows with the block,
/// so distances keep their unit.
/// </remarks>
public static class InPlaneDownsampling
{
    /// <summary>The smaller case.</summary>
    /// <param name="item">The case.</param>
    /// <param name="factor">Edge of a block in pixels, 1 or more.</param>
    /// <returns>A new case, or the same one for 1.</returns>
    /// <exception cref="ArgumentException">A slice is smaller than a block.</exception>
    public static SegmentationCase Downsampled(this SegmentationCase item, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        if (factor == 1)
            return item;
        var (height, width) = (item.Height / factor, item.Width / factor);
        if (height < 1 || width < 1)
            throw new ArgumentException(
                $"Case '{item.Id}' has slices of {item.Height}×{item.Width} pixels: they cannot be made {factor} times smaller.", nameof(factor));
        var image = new float[item.Channels * item.Depth * height * width];
        var labels = new byte[item.Depth * height * width];
        Span<int> counts = stackalloc int[256];
        for (var i = 0; i < image.Length; i++)
            image[i] = Mean(item, i, height, width, factor);
        for (var i = 0; i < labels.Length; i++)
            labels[i] = MostFrequent(item, i, height, width, factor, counts);
        return (item with
        {
            Image = image,
            Labels = labels,
            Height = height,
            Width = width,
            Spacing = item.Spacing with { Height = item.Spacing.Height * factor, Width = item.Spacing.Width * factor },
        }).Validated();
    }

    private static float Mean(SegmentationCase item, int index, int height, int width, int factor)
    {
        var sum = 0.0;
        var first = FirstOf(item, index, height, width, factor);
        for (var y = 0; y < factor; y++)
        {
            foreach (var value in item.Image.AsSpan(first + y * item.Width, factor))
                sum += value;
        }
        return (float)(sum / (factor * factor));
    }

    private static byte MostFrequent(SegmentationCase item, int index, int height, int width, int factor, Span<int> counts)
    {
        counts.Clear();
        var first = FirstOf(item, index, height, width, factor);
        for (var y = 0; y < factor; y++)
        {
            foreach (var label in item.Labels.AsSpan(first + y * item.Width, factor))
                counts[label]++;
        }
        var best = 0;
        for (var label = 1; label < counts.Length; label++)
            best = counts[label] > counts[best] ? label : best;
        return (byte)best;
    }

    // Where the block of a new pixel begins in the old volume; channels follow one another like slices.
    private static int FirstOf(SegmentationCase item, int index, int height, int width, int factor)
    {
        var (slice, row, column) = (index / (height * width), index / width % height, index % width);
        return (slice * item.Height + row * factor) * item.Width + column * factor;
    }
}
