namespace MarginNotebooks.Data;

/// <summary>
/// The table of contents of a prepared data set, <c>manifest.json</c>; written last, so that a set that has one is complete.
/// </summary>
public sealed record DatasetManifest
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The format that this version writes and reads.</summary>
    public const string CurrentFormat = "margin-prepared/1";

    /// <summary>Version of the file format.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>Key of the data set.</summary>
    public required string Dataset { get; init; }

    /// <summary>Program and version that prepared it.</summary>
    public required string Tool { get; init; }

    /// <summary>How intensities were normalised.</summary>
    public required IntensityNormalisation Normalisation { get; init; }

    /// <summary>Order of the axes in the files.</summary>
    public required AxisOrder AxisOrder { get; init; }

    /// <summary>Names of the classes, background first.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Checksum of the split that the folders follow.</summary>
    public required string SplitChecksum { get; init; }

    /// <summary>The cases, sorted by name.</summary>
    public required IReadOnlyList<CaseRecord> Cases { get; init; }

    /// <summary>Reads the manifest of a prepared data set.</summary>
    /// <param name="root">The data set's folder.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="InvalidDataException">There is none, or one of another format.</exception>
    public static DatasetManifest Read(string root)
    {
        var path = Path.Combine(root, FileName);
        if (!File.Exists(path))
            throw new InvalidDataException(
                $"{path} does not exist: the folder holds no finished prepared data set; run its script in data-scripts again.");
        var manifest = DataJson.Read(path, DataJson.Files.DatasetManifest);
        return manifest.Format == CurrentFormat
            ? manifest
            : throw new InvalidDataException(
                $"{path}: has the format '{manifest.Format}'; this version reads '{CurrentFormat}'. Prepare the data again.");
    }

    /// <summary>Writes the manifest, whole or not at all.</summary>
    /// <param name="root">The data set's folder.</param>
    public void Write(string root) => DataJson.Write(Path.Combine(root, FileName), this, DataJson.Files.DatasetManifest);
}
