namespace MarginNotebooks.Data;

/// <summary>What one annotated volume holds, counted; its voxels are not kept.</summary>
/// <remarks>
/// A voxel is on the boundary when one of its four neighbours in the slice has another label; the rim of the slice and voxels without
/// annotation are no neighbours. Voxels without annotation are counted by <see cref="NotAnnotated"/> and nowhere else.
/// </remarks>
public sealed record CaseContents
{
    /// <summary>Bins of <see cref="Histogram"/>.</summary>
    public const int Bins = 50;

    /// <summary>Name of the case.</summary>
    public required string Id { get; init; }

    /// <summary>Its patient.</summary>
    public required string PatientId { get; init; }

    /// <summary>Its stratum, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The part it belongs to.</summary>
    public required SplitPart Part { get; init; }

    /// <summary>Slices, rows and columns.</summary>
    public required (int Depth, int Height, int Width) Shape { get; init; }

    /// <summary>Voxel spacing.</summary>
    public required VoxelSpacing Spacing { get; init; }

    /// <summary>Voxels of each class, background first.</summary>
    public required IReadOnlyList<long> Voxels { get; init; }

    /// <summary>Of those, how many are on the boundary.</summary>
    public required IReadOnlyList<long> Boundary { get; init; }

    /// <summary>Slices that hold each class.</summary>
    public required IReadOnlyList<int> Slices { get; init; }

    /// <summary>Slices in which everything that is annotated is background.</summary>
    public required int EmptySlices { get; init; }

    /// <summary>The slice with the most foreground, from 0; the middle one when there is none.</summary>
    public required int LargestSlice { get; init; }

    /// <summary>Voxels that nobody annotated.</summary>
    public required long NotAnnotated { get; init; }

    /// <summary>Voxels by intensity: <c>(C, K, Bins)</c> for channels and classes, row-major, in bins of equal width over the range given.</summary>
    public required IReadOnlyList<long> Histogram { get; init; }

    /// <summary>Counts a case.</summary>
    /// <param name="item">The case.</param>
    /// <param name="part">The part it belongs to.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="low">Lower end of the histogram; lower intensities count in its first bin.</param>
    /// <param name="high">Upper end of the histogram; higher intensities count in its last bin.</param>
    /// <returns>The counts.</returns>
    /// <exception cref="InvalidDataException">A label is no class and not 255.</exception>
    public static CaseContents Of(SegmentationCase item, SplitPart part, int classes, float low, float high)
    {
        var (voxels, boundary, slices) = (new long[classes], new long[classes], new int[classes]);
        var (empty, largest, most) = (0, item.Depth / 2, 0);
        var pixels = item.Height * item.Width;
        for (var z = 0; z < item.Depth; z++)
        {
            var slice = item.Labels.AsSpan(z * pixels, pixels);
            var counts = new int[256];
            for (var p = 0; p < pixels; p++)
            {
                var label = slice[p];
                if (label >= classes && label != NotAnnotatedLabel)
                    throw new InvalidDataException(
                        $"Case '{item.Id}' has the label {label} in slice {z + 1}, but there are only the classes 0 to {classes - 1}.");
                counts[label]++;
                if (label != NotAnnotatedLabel && IsBoundary(slice, p, item.Height, item.Width))
                    boundary[label]++;
            }
            for (var k = 0; k < classes; k++)
            {
                voxels[k] += counts[k];
                slices[k] += counts[k] > 0 ? 1 : 0;
            }
            var foreground = counts.AsSpan(1, classes - 1).ToArray().Sum();
            empty += foreground == 0 ? 1 : 0;
            if (foreground > most)
                (largest, most) = (z, foreground);
        }
        return new CaseContents
        {
            Id = item.Id,
            PatientId = item.PatientId,
            Group = item.Group,
            Part = part,
            Shape = (item.Depth, item.Height, item.Width),
            Spacing = item.Spacing,
            Voxels = voxels,
            Boundary = boundary,
            Slices = slices,
            EmptySlices = empty,
            LargestSlice = largest,
            NotAnnotated = item.Labels.LongLength - voxels.Sum(),
            Histogram = HistogramOf(item, classes, low, high),
        };
    }

    private const byte NotAnnotatedLabel = 255;

    private static bool IsBoundary(ReadOnlySpan<byte> slice, int p, int height, int width)
    {
        var (y, x, own) = (p / width, p % width, slice[p]);
        return y > 0 && Differs(slice[p - width], own) || y + 1 < height && Differs(slice[p + width], own)
            || x > 0 && Differs(slice[p - 1], own) || x + 1 < width && Differs(slice[p + 1], own);
    }

    private static bool Differs(byte other, byte own) => other != own && other != NotAnnotatedLabel;

    private static long[] HistogramOf(SegmentationCase item, int classes, float low, float high)
    {
        var histogram = new long[item.Channels * classes * Bins];
        var scale = high > low ? Bins / ((double)high - low) : 0;
        var volume = item.Labels.Length;
        for (var i = 0; i < item.Image.Length; i++)
        {
            var label = item.Labels[i % volume];
            if (label == NotAnnotatedLabel)
                continue;
            var bin = (int)Math.Clamp((item.Image[i] - (double)low) * scale, 0, Bins - 1);
            histogram[(i / volume * classes + label) * Bins + bin]++;
        }
        return histogram;
    }
}
