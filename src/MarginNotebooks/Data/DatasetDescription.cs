using System.Text.RegularExpressions;

namespace MarginNotebooks.Data;

/// <summary>A data set of your own in about ten lines of JSON: where its files are, what its labels mean, how it is trained on.</summary>
/// <remarks>
/// <para>Patterns are paths below the source folder with forward slashes. <c>{case}</c> and <c>{patient}</c> stand for a piece of a name, the
/// same piece in image and label map; <c>*</c> stands for any piece, <c>**/</c> for any folders. Without <c>{patient}</c> each case is a
/// patient of its own; with both, cases are named PATIENT_CASE.</para>
/// <para>The description travels with the prepared set as <c>dataset.json</c>, so that commands find the set by its key alone.</para>
/// </remarks>
/// <example><code>
/// {
///   "key": "my-hearts",
///   "name": "Hearts of our clinic",
///   "classes": ["background", "cavity", "wall"],
///   "images": ["images/{patient}_{case}.nii.gz"],
///   "label": "labels/{patient}_{case}.nii.gz",
///   "normalisation": "ZScore",
///   "size": [192, 192],
///   "split": [70, 10, 20]
/// }
/// </code></example>
public sealed partial record DatasetDescription
{
    /// <summary>Name of the file in a prepared folder.</summary>
    public const string FileName = "dataset.json";

    /// <summary>Short name for commands and folders: small letters, digits and hyphens.</summary>
    public required string Key { get; init; }

    /// <summary>Full name; the key when not given.</summary>
    public string? Name { get; init; }

    /// <summary>Names of the classes; the position is the class number, 0 is background.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Pattern of the images; several, when each modality is a file of its own.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>Pattern of the label maps.</summary>
    public required string Label { get; init; }

    /// <summary>Class of each number in the label maps, where they are not the same: for example <c>{ "0": 0, "255": 1 }</c>.</summary>
    public IReadOnlyDictionary<int, byte>? Labels { get; init; }

    /// <summary>Names of the channels; needed when one file holds several, otherwise there are as many as images.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>How intensities are normalised, each channel of each volume by itself; <c>MinMax</c> when not given.</summary>
    public IntensityNormalisation? Normalisation { get; init; }

    /// <summary>Two intensities to clip to beforehand; see <see cref="DatasetInfo.Window"/>.</summary>
    public IReadOnlyList<double>? Window { get; init; }

    /// <summary>Sides that columns, rows and slices shall run to, for example <c>LPS</c>; as in the files when not given.</summary>
    public string? Orientation { get; init; }

    /// <summary>Rows and columns in training and evaluation; whole slices, padded to a multiple of 32, when not given.</summary>
    public IReadOnlyList<int>? Size { get; init; }

    /// <summary>Slices in a batch; 4 when not given.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Patients of the training, validation and test part, relative to one another; 70, 10, 20 when not given.</summary>
    public IReadOnlyList<int>? Split { get; init; }

    /// <summary>Name of the data set with the intensities in HDF5 files; <c>img</c> when not given.</summary>
    public string? ImageData { get; init; }

    /// <summary>Name of the data set with the label map in HDF5 files; <c>mask</c> when not given.</summary>
    public string? LabelData { get; init; }

    /// <summary>Order of the axes in HDF5 files; (D, H, W) or (C, D, H, W), by their number, when not given.</summary>
    public AxisOrder? Axes { get; init; }

    /// <summary>The terms under which the data may be used.</summary>
    public string? Licence { get; init; }

    /// <summary>What to cite.</summary>
    public string? Citation { get; init; }

    /// <summary>Where the data come from.</summary>
    public string? Source { get; init; }

    /// <summary>True for a name that may be a key.</summary>
    /// <param name="key">The name.</param>
    /// <returns>Whether it has 1 to 64 small letters, digits and hyphens, and begins with a letter or digit.</returns>
    public static bool IsKey(string key) => KeyForm().IsMatch(key);

    /// <summary>Reads and checks a description.</summary>
    /// <param name="path">The JSON file.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InvalidDataException">It is no such description; the message names the property and what it should be.</exception>
    public static DatasetDescription Read(string path)
    {
        DatasetDescriptionText.CheckNames(path);
        var description = DataJson.Read(path, DataJson.Files.DatasetDescription);
        return DatasetDescriptionText.Problem(description) is { } problem ? throw new InvalidDataException($"{path}: {problem}") : description;
    }

    /// <summary>The description in a prepared folder.</summary>
    /// <param name="root">The data set's folder.</param>
    /// <returns>The description; null when the folder has none.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static DatasetDescription? OfPrepared(string root) => Path.Combine(root, FileName) is var path && File.Exists(path) ? Read(path) : null;

    /// <summary>Writes the description into a prepared folder, whole or not at all.</summary>
    /// <param name="root">The data set's folder.</param>
    public void Write(string root) => DataJson.Write(Path.Combine(root, FileName), this, DataJson.Files.DatasetDescription);

    /// <summary>The description as the rest of the kit knows data sets.</summary>
    /// <returns>Classes, channels, sizes and the rest.</returns>
    public DatasetInfo ToInfo()
    {
        var channels = Channels ?? (Images.Count > 1 ? [.. Images.Select((_, i) => $"image {i + 1}")] : []);
        return new DatasetInfo
        {
            Key = Key,
            Name = Name ?? Key,
            ClassNames = Classes,
            Channels = Math.Max(1, channels.Count),
            ChannelNames = channels,
            AxisOrder = channels.Count > 1 ? AxisOrder.ChannelDepthHeightWidth : AxisOrder.DepthHeightWidth,
            Orientation = Orientation,
            Fit = Size is [var height, var width] ? new SliceFit(height, width) : new SliceFit(32, 32, 32),
            Normalisation = Normalisation ?? IntensityNormalisation.MinMax,
            Window = Window is [var low, var high] ? (low, high) : null,
            BatchSize = BatchSize ?? 4,
            Sizes = Split is [var train, var valid, var test] ? new SplitSizes(train, valid, test) : new SplitSizes(70, 10, 20),
            Licence = Licence ?? "not stated",
            Citation = Citation ?? "not stated",
            Source = Source ?? "your own",
        };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex KeyForm();
}
