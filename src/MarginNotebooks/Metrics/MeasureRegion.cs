using System.Globalization;
using MarginNotebooks.Data;

namespace MarginNotebooks.Metrics;

/// <summary>Labels of a volume, from which regions are made.</summary>
/// <param name="Reference">True class of each voxel, row-major; <see cref="ScoredPixels.Ignored"/> where not annotated.</param>
/// <param name="Predicted">Predicted class of each voxel.</param>
/// <param name="Shape">Slices, rows and columns.</param>
/// <param name="Spacing">Voxel spacing.</param>
public sealed record LabelVolume(byte[] Reference, byte[] Predicted, (int Depth, int Height, int Width) Shape, VoxelSpacing Spacing);

/// <summary>A region of a whole volume: one of the streamed regions, or one that needs to see the neighbours of a voxel.</summary>
/// <param name="Key">Name in keys of scores, for example <c>boundary-3</c>.</param>
/// <param name="Description">Words for tables.</param>
/// <param name="Mask">Which voxels; those that are not annotated never count, whatever it says.</param>
/// <remarks>Every region but the whole image is chosen with the help of the true labels; see <see cref="PixelRegion"/>.</remarks>
public sealed record MeasureRegion(string Key, string Description, Func<LabelVolume, bool[]> Mask)
{
    /// <summary>Every annotated pixel.</summary>
    public static MeasureRegion All { get; } = Of(PixelRegion.All);

    /// <summary>Pixels whose true label is not background.</summary>
    public static MeasureRegion Foreground { get; } = Of(PixelRegion.Foreground);

    /// <summary>Pixels whose true or predicted label is not background.</summary>
    public static MeasureRegion Union { get; } = Of(PixelRegion.ForegroundUnion);

    /// <summary>A streamed region.</summary>
    /// <param name="region">The region.</param>
    /// <returns>The same pixels.</returns>
    public static MeasureRegion Of(PixelRegion region) => new(region.Key(), region.Describe(), volume =>
    {
        var mask = new bool[volume.Reference.Length];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = region == PixelRegion.All || volume.Reference[i] != 0
                || (region == PixelRegion.ForegroundUnion && volume.Predicted[i] != 0);
        return mask;
    });

    /// <summary>The boundary band: voxels near a boundary between classes of the reference.</summary>
    /// <remarks>
    /// A voxel belongs to it when the centre of some voxel of another class lies within <paramref name="width"/>, measured with the voxel
    /// spacing through the whole volume (exact Euclidean distance). On both sides of every boundary, between foreground classes too; where
    /// annotation ends is no boundary. Slices farther apart than the width do not reach one another. A volume without a boundary has no
    /// band, and every measure there is NaN.
    /// </remarks>
    /// <param name="width">Largest distance, in the unit of the spacing (millimetres).</param>
    /// <returns>The region, of key <c>boundary-WIDTH</c>.</returns>
    public static MeasureRegion Boundary(double width)
    {
        if (!(width > 0) || double.IsInfinity(width))
            throw new ArgumentOutOfRangeException(nameof(width), width, "The width of a boundary band must be positive and finite.");
        var text = width.ToString(CultureInfo.InvariantCulture);
        return new($"boundary-{text}", $"pixels within {text} mm of a boundary between classes of the reference", volume => Band(volume, width));
    }

    /// <summary>Reads a region from a command line.</summary>
    /// <param name="text"><c>all</c>, <c>foreground</c>, <c>union</c>, or <c>boundary:WIDTH</c> with the width in millimetres.</param>
    /// <returns>The region.</returns>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static MeasureRegion Parse(string text)
    {
        var streamed = new[] { All, Foreground, Union }.FirstOrDefault(region => region.Key == text);
        if (streamed is not null)
            return streamed;
        if (text.StartsWith("boundary:", StringComparison.Ordinal)
            && double.TryParse(text["boundary:".Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var width) && width > 0
            && double.IsFinite(width))
            return Boundary(width);
        throw new ArgumentException($"There is no region '{text}'; known are all, foreground, union, and boundary:WIDTH in millimetres.", nameof(text));
    }

    private static bool[] Band(LabelVolume volume, double width)
    {
        int[] shape = [volume.Shape.Depth, volume.Shape.Height, volume.Shape.Width];
        double[] spacing = [volume.Spacing.Depth, volume.Spacing.Height, volume.Spacing.Width];
        var band = new bool[volume.Reference.Length];
        foreach (var label in volume.Reference.Distinct().Where(label => label != ScoredPixels.Ignored).ToArray())
        {
            var (own, others) = (new bool[band.Length], new bool[band.Length]);
            for (var i = 0; i < band.Length; i++)
                (own[i], others[i]) = (volume.Reference[i] == label, volume.Reference[i] != label && volume.Reference[i] != ScoredPixels.Ignored);
            var squared = DistanceTransform.Squared(others, own, shape, spacing);
            for (var i = 0; i < band.Length; i++)
                band[i] |= own[i] && squared[i] <= width * width * (1 + 1e-12); // a width that is a whole number of voxels counts them
        }

        return band;
    }
}
