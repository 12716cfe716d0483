using System.Globalization;

namespace MarginNotebooks.Data.Preparation;

/// <summary>The decoded images of a case and its label map, which must cover the same voxels.</summary>
internal sealed record CaseVolumes(IReadOnlyList<SourceVolume> Images, SourceVolume Label, SourceCase Source)
{
    // In the file's unit: positions of voxels that should be the same may differ by rounding, not by this.
    private const double GeometryTolerance = 1e-3;

    /// <summary>Sides that the first image's axes run to; <c>???</c> when the file does not say.</summary>
    public string Orientation => Images[0].HasOrientation ? VolumeOrientation.Of(Images[0].Affine) : "???";

    /// <summary>This case, when it has the channels of the data set and a label map of one number a voxel.</summary>
    /// <exception cref="CaseRejectedException">It has not.</exception>
    public CaseVolumes Checked(DatasetInfo info)
    {
        if (Images.Sum(image => image.Channels) != info.Channels)
            throw new CaseRejectedException(
                "not-a-volume",
                $"The image has {string.Join(" and ", Images.Select(image => image.FileShape))} voxels; a volume of three axes"
                + (info.Channels > 1 ? $" and {info.Channels} channels" : "") + " is expected.", [.. Source.Images]);
        return Label.Channels == 1
            ? this
            : throw new CaseRejectedException(
                "not-a-volume", $"The label has {Label.FileShape} voxels; a volume of three axes is expected.", Source.Label);
    }

    /// <summary>All volumes turned to one orientation, each by its own affine matrix; then they must have one shape.</summary>
    /// <param name="orientation">Null leaves them as they are: voxels are paired by index.</param>
    /// <exception cref="CaseRejectedException">They differ in shape.</exception>
    public CaseVolumes Turned(string? orientation)
    {
        var turned = this;
        if (orientation is not null && Images[0].HasOrientation)
        {
            var own = Orientation;
            // A file that does not say is taken to lie as the first image does.
            SourceVolume Turn(SourceVolume volume) =>
                volume.Turned(volume.HasOrientation ? VolumeOrientation.Of(volume.Affine) : own, orientation);
            turned = this with { Images = [.. Images.Select(Turn)], Label = Turn(Label) };
        }
        var shape = turned.Images[0].Shape;
        var files = Source.Images.ToList();
        for (var i = 1; i < files.Count; i++)
            if (!turned.Images[i].Shape.SequenceEqual(shape))
                throw new CaseRejectedException(
                    "shape-mismatch", $"The first image has {string.Join('×', shape)} voxels, another {string.Join('×', turned.Images[i].Shape)}.",
                    files[0], files[i]);
        return turned.Label.Shape.SequenceEqual(shape)
            ? turned
            : throw new CaseRejectedException(
                "shape-mismatch", $"The image has {Images[0].FileShape} voxels, the label map {Label.FileShape}.", Source.Image, Source.Label);
    }

    /// <summary>The channels of all images, one after the other.</summary>
    public float[] Intensities()
    {
        if (Images.Count == 1)
            return Images[0].Values;
        var all = new float[Images.Sum(image => image.Values.Length)];
        var next = 0;
        foreach (var image in Images)
        {
            image.Values.CopyTo(all, next);
            next += image.Values.Length;
        }
        return all;
    }

    /// <summary>What is odd about where the volumes lie.</summary>
    /// <param name="wanted">The orientation that all cases get; null for none.</param>
    /// <param name="found">That of the first image's file.</param>
    public IEnumerable<PreparationNote> Warnings(string? wanted, string found)
    {
        PreparationNote Note(string code, string message, params string[] files) =>
            new(PreparationSeverity.Warning, code, Source.Id, message, files);

        if (wanted is not null && !VolumeOrientation.IsOrientation(found))
            yield return Note("orientation-unknown", $"The image does not say how it lies; it is taken to be {wanted} already.", Source.Image);
        foreach (var (volume, file) in Images.Zip(Source.Images).Skip(1).Append((Label, Source.Label)))
        {
            var difference = LargestDifference(Images[0].Affine, volume.Affine);
            if (difference > GeometryTolerance)
                yield return Note(
                    "geometry-differs",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The affine matrices of image and {(file == Source.Label ? "label map" : "another image")} differ by {difference:g3}; voxels are paired by index."),
                    Source.Image, file);
        }
    }

    private static double LargestDifference(double[,] a, double[,] b)
    {
        var largest = 0.0;
        for (var row = 0; row < 3; row++)
            for (var column = 0; column < 4; column++)
                largest = Math.Max(largest, Math.Abs(a[row, column] - b[row, column]));
        return largest;
    }
}
