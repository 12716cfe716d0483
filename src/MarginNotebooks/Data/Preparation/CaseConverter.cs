using System.Globalization;
using System.Security.Cryptography;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.Preparation;

/// <summary>A case that cannot be prepared, and why.</summary>
internal sealed class CaseRejectedException(string code, string message, params string[] files) : Exception(message)
{
    public string Code { get; } = code;

    public IReadOnlyList<string> Files { get; } = files;
}

/// <summary>Checks one image and its label map and turns them into a prepared case.</summary>
internal sealed class CaseConverter(DatasetInfo info, IntensityNormalisation normalisation, string sourceFolder)
{
    // In the file's unit: positions of voxels that should be the same may differ by rounding, not by this.
    private const double GeometryTolerance = 1e-3;

    /// <summary>Order of the axes in the files.</summary>
    public AxisOrder Order => info.AxisOrder;

    /// <summary>What the result depends on besides the sources; a record with another fingerprint is not taken over.</summary>
    public string Settings { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{normalisation}; {info.AxisOrder}; {(info.StoredSize is var (h, w) ? $"{h}×{w}" : "own size")}; {string.Join(",", info.ClassNames)}; 1");

    /// <summary>Reads a source file once: its bytes and their checksum.</summary>
    /// <exception cref="CaseRejectedException">It cannot be read.</exception>
    public (byte[] Bytes, SourceFile Source) Load(string file, string what)
    {
        try
        {
            var bytes = File.ReadAllBytes(Path.Combine(sourceFolder, file));
            return (bytes, new SourceFile(file, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CaseRejectedException($"{what}-unreadable", error.Message, file);
        }
    }

    /// <summary>Converts a case.</summary>
    /// <returns>The case, and its record without file name and checksum.</returns>
    /// <exception cref="CaseRejectedException">It cannot be prepared.</exception>
    public (SegmentationCase Case, CaseRecord Record) ToCase(
        SourceCase source, (byte[] Bytes, SourceFile Source) image, (byte[] Bytes, SourceFile Source) label)
    {
        var (volume, intensities) = Decode(image, "image");
        var (map, classes) = Decode(label, "label");
        var shape = VolumeShape(volume, source.Image, "image");
        if (!VolumeShape(map, source.Label, "label").SequenceEqual(shape))
            throw new CaseRejectedException(
                "shape-mismatch", $"The image has {string.Join('×', volume.Shape)} voxels, the label map {string.Join('×', map.Shape)}.",
                source.Image, source.Label);
        CheckFinite(intensities, source.Image);
        var raw = new SegmentationCase
        {
            Id = source.Id,
            PatientId = source.PatientId,
            Group = source.Group,
            Image = intensities,
            Labels = ClassesOf(classes, source.Label),
            Channels = 1,
            Depth = shape[2],
            Height = shape[1],
            Width = shape[0],
            Spacing = volume.Spacing,
        }.Validated();
        var item = ToStoredSize(raw, source).Normalised(normalisation);
        var (min, max) = Intensities.Range(raw.Image);
        var (storedMin, storedMax) = Intensities.Range(item.Image);
        return (item, new CaseRecord
        {
            Id = source.Id,
            PatientId = source.PatientId,
            Group = source.Group,
            File = "",
            Sha256 = "",
            Image = image.Source,
            Label = label.Source,
            Shape = [item.Channels, item.Depth, item.Height, item.Width],
            SourceShape = shape,
            SourceType = volume.Header.DataType.ToString(),
            Spacing = item.Spacing,
            SpacingInMillimetres = volume.Header.HasLengthUnit,
            SourceIntensity = [min, max],
            Intensity = [storedMin, storedMax],
            LabelVoxels = LabelHistogram.Of(item.Labels, info.ClassCount),
            Settings = Settings,
            Notes = [.. Warnings(source, raw, item, volume, map)],
        });
    }

    private static (NiftiImage Image, float[] Values) Decode((byte[] Bytes, SourceFile Source) file, string what)
    {
        try
        {
            var image = NiftiImage.Read(new MemoryStream(file.Bytes, writable: false), file.Source.File);
            return (image, image.ToFloat());
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException)
        {
            throw new CaseRejectedException($"{what}-unreadable", error.Message, file.Source.File);
        }
    }

    private static int[] VolumeShape(NiftiImage image, string file, string what)
    {
        // Some writers add axes of one element.
        if (image.Shape.Skip(3).Any(extent => extent != 1))
            throw new CaseRejectedException(
                "not-a-volume", $"The {what} has {string.Join('×', image.Shape)} voxels; a volume of three axes is expected.", file);
        return [.. image.Shape.Concat([1, 1, 1]).Take(3)];
    }

    private static void CheckFinite(float[] values, string file)
    {
        var broken = values.Count(value => !float.IsFinite(value));
        if (broken > 0)
            throw new CaseRejectedException("non-finite-intensity", $"{broken} of {values.Length} intensities are NaN or infinite.", file);
    }

    private byte[] ClassesOf(float[] values, string file)
    {
        var fraction = Array.FindIndex(values, value => value != MathF.Floor(value) || !float.IsFinite(value));
        if (fraction >= 0)
            throw new CaseRejectedException(
                "non-integer-label", string.Create(CultureInfo.InvariantCulture, $"The label map holds {values[fraction]}, which is no class number."), file);
        var unexpected =
            values.Where(value => value < 0 || value >= info.ClassCount).GroupBy(value => value).OrderBy(group => group.Key).ToList();
        if (unexpected.Count > 0)
        {
            var found =
                unexpected.Take(5).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} ({group.Count()} voxels)"));
            throw new CaseRejectedException(
                "unexpected-label",
                $"The label map holds {string.Join(", ", found)}{(unexpected.Count > 5 ? ", …" : "")}; classes are 0 to {info.ClassCount - 1}.", file);
        }
        return Array.ConvertAll(values, value => (byte)value);
    }

    private SegmentationCase ToStoredSize(SegmentationCase raw, SourceCase source)
    {
        if (info.StoredSize is not var (height, width))
            return raw;
        var lost = raw.LabelledVoxelsOutside(height, width);
        return lost == 0
            ? raw.CropOrPad(height, width)
            : throw new CaseRejectedException(
                "labels-cropped", $"{lost} labelled voxels lie outside the central {height}×{width} of {raw.Height}×{raw.Width} rows and columns.",
                source.Label);
    }

    private IEnumerable<PreparationNote> Warnings(
        SourceCase source, SegmentationCase raw, SegmentationCase item, NiftiImage volume, NiftiImage map)
    {
        PreparationNote Note(string code, string message, params string[] files) =>
            new(PreparationSeverity.Warning, code, source.Id, message, files);

        if (Array.TrueForAll(raw.Labels, label => label == 0))
            yield return Note("empty-mask", "The label map is all background.", source.Label);
        if (Intensities.Range(raw.Image) is var (min, max) && min == max)
            yield return Note("constant-image", string.Create(CultureInfo.InvariantCulture, $"Every intensity is {min}."), source.Image);
        var difference = LargestDifference(volume.Affine, map.Affine);
        if (difference > GeometryTolerance)
            yield return Note(
                "geometry-differs",
                string.Create(CultureInfo.InvariantCulture, $"The affine matrices of image and label map differ by {difference:g3}; voxels are paired by index."),
                source.Image, source.Label);
        if (info.Fit.Multiple == 0 && item.LabelledVoxelsOutside(info.Fit.Height, info.Fit.Width) is > 0 and var outside)
            yield return Note(
                "labels-outside-window", $"{outside} labelled voxels lie outside the central {info.Fit.Height}×{info.Fit.Width} used in training.",
                source.Label);
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
