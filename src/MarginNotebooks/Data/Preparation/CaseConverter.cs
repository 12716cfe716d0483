using System.Globalization;

namespace MarginNotebooks.Data.Preparation;

/// <summary>A case that cannot be prepared, and why.</summary>
internal sealed class CaseRejectedException(string code, string message, params string[] files) : Exception(message)
{
    public string Code { get; } = code;

    public IReadOnlyList<string> Files { get; } = files;
}

/// <summary>Checks the images of a case and their label map and turns them into a prepared case.</summary>
internal sealed class CaseConverter(DatasetSource dataset, IntensityNormalisation normalisation, string sourceFolder)
{
    private readonly DatasetInfo info = dataset.Info;
    private readonly IReadOnlyList<LabelConvention> conventions = dataset.Conventions;

    /// <summary>Order of the axes in the files.</summary>
    public AxisOrder Order => info.AxisOrder;

    /// <summary>What the result depends on besides the sources; a record with another fingerprint is not taken over.</summary>
    public string Settings { get; } = SettingsOf(dataset, normalisation);

    /// <summary>Bytes that converting a case takes at most, about.</summary>
    public long Memory(SourceCase item) => SourceSize.Estimate(sourceFolder, item);

    /// <summary>Reads the files of a case once: their bytes and checksums.</summary>
    /// <exception cref="CaseRejectedException">One cannot be read.</exception>
    public CaseFiles Load(SourceCase item)
    {
        var images = item.Images.Select(file => Load(file, "image")).ToList();
        // Label map and image may be data sets of one file.
        return new CaseFiles(images, images.Find(file => file.Name == item.Label) ?? Load(item.Label, "label"));
    }

    /// <summary>Converts a case.</summary>
    /// <returns>The case, and its record without file name and checksum.</returns>
    /// <exception cref="CaseRejectedException">It cannot be prepared.</exception>
    public (SegmentationCase Case, CaseRecord Record) ToCase(SourceCase source, CaseFiles files)
    {
        var volumes = new CaseVolumes(
            [.. files.Images.Select(file => Decode(file, "image", (dataset.Description?.ImageData, dataset.Description?.Axes)))],
            Decode(files.Label, "label", (dataset.Description?.LabelData, dataset.Description?.Axes)), source);
        var original = volumes.Images[0];
        var orientation = volumes.Orientation;
        volumes = volumes.Checked(info).Turned(info.Orientation);
        var intensities = volumes.Intensities();
        for (var i = 0; i < volumes.Images.Count; i++)
            CheckFinite(volumes.Images[i].Values, files.Images[i].Name);
        var (labels, convention) = LabelReading.Read(volumes.Label.Values, conventions, source.Label);
        var shape = volumes.Images[0].Shape;
        var raw = new SegmentationCase
        {
            Id = source.Id,
            PatientId = source.PatientId,
            Group = source.Group,
            Image = intensities,
            Labels = labels,
            Channels = info.Channels,
            Depth = shape[2],
            Height = shape[1],
            Width = shape[0],
            Spacing = volumes.Images[0].Spacing,
        }.Validated();
        var item = ToStoredSize(raw, source).Normalised(info.Window, normalisation);
        var (min, max) = Intensities.Range(raw.Image);
        var (storedMin, storedMax) = Intensities.Range(item.Image);
        return (item, new CaseRecord
        {
            Id = source.Id,
            PatientId = source.PatientId,
            Group = source.Group,
            File = "",
            Sha256 = "",
            Image = files.Image.Source,
            Label = files.Label.Source,
            MoreSources = files.MoreSources,
            Shape = [item.Channels, item.Depth, item.Height, item.Width],
            SourceShape = original.Shape,
            SourceOrientation = info.Orientation is null ? null : orientation,
            SourceType = original.Type,
            Spacing = item.Spacing,
            SpacingInMillimetres = original.InMillimetres,
            SourceIntensity = [min, max],
            Intensity = [storedMin, storedMax],
            LabelVoxels = LabelHistogram.Of(item.Labels, info.ClassCount),
            Settings = Settings,
            Notes = [.. volumes.Warnings(info.Orientation, orientation), .. Warnings(source, raw, item, convention)],
        });
    }

    // Later settings are told only where they are used, so that sets prepared before there were any stay as they are.
    private static string SettingsOf(DatasetSource dataset, IntensityNormalisation normalisation)
    {
        var info = dataset.Info;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{normalisation}; {info.AxisOrder}; {(info.StoredSize is var (h, w) ? $"{h}×{w}" : "own size")}; {string.Join(",", info.ClassNames)}; 1");
        if (info.Channels > 1)
            text += $"; {string.Join(",", info.ChannelNames)}";
        if (info.Orientation is { } orientation)
            text += $"; {orientation}";
        if (info.Window is var (low, high))
            text += string.Create(CultureInfo.InvariantCulture, $"; {low}…{high}");
        if (dataset.Description is { } own && (own.ImageData, own.LabelData, own.Axes) != (null, null, null))
            text += $"; {own.ImageData},{own.LabelData},{own.Axes}";
        if (dataset.Conventions is not [{ Name: "classes" }])
            text += "; " + string.Join(" | ", dataset.Conventions.Select(item => string.Join(",", item.Classes.Select(pair => $"{pair.Key}→{pair.Value}"))));
        return text;
    }

    private LoadedFile Load(string file, string what)
    {
        try
        {
            return LoadedFile.Read(sourceFolder, file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CaseRejectedException($"{what}-unreadable", error.Message, file);
        }
    }

    private static SourceVolume Decode(LoadedFile file, string what, (string? Data, AxisOrder? Axes) hdf5)
    {
        try
        {
            return SourceVolume.Read(file, hdf5.Data ?? (what == "image" ? "img" : "mask"), hdf5.Axes);
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException)
        {
            throw new CaseRejectedException($"{what}-unreadable", error.Message, file.Name);
        }
    }

    private static void CheckFinite(float[] values, string file)
    {
        var broken = values.Count(value => !float.IsFinite(value));
        if (broken > 0)
            throw new CaseRejectedException("non-finite-intensity", $"{broken} of {values.Length} intensities are NaN or infinite.", file);
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

    private IEnumerable<PreparationNote> Warnings(SourceCase source, SegmentationCase raw, SegmentationCase item, LabelConvention convention)
    {
        PreparationNote Note(string code, string message, params string[] files) =>
            new(PreparationSeverity.Warning, code, source.Id, message, files);

        if (Array.TrueForAll(raw.Labels, label => label == 0))
            yield return Note("empty-mask", "The label map is all background.", source.Label);
        if (convention != conventions[0])
            yield return Note("label-convention", $"The label map is numbered as '{convention.Name}', not as '{conventions[0].Name}'.", source.Label);
        var voxels = raw.Image.Length / raw.Channels;
        var files = source.Images.ToList();
        for (var channel = 0; channel < raw.Channels; channel++)
            if (Intensities.Range(raw.Image.AsSpan(channel * voxels, voxels)) is var (min, max) && min == max)
                yield return Note(
                    "constant-image",
                    string.Create(CultureInfo.InvariantCulture, $"Every intensity{(raw.Channels > 1 ? $" of {info.ChannelNames[channel]}" : "")} is {min}."),
                    files[Math.Min(channel, files.Count - 1)]);
        if (info.Fit.Multiple == 0 && item.LabelledVoxelsOutside(info.Fit.Height, info.Fit.Width) is > 0 and var outside)
            yield return Note(
                "labels-outside-window", $"{outside} labelled voxels lie outside the central {info.Fit.Height}×{info.Fit.Width} used in training.",
                source.Label);
    }
}
