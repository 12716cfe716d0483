using MarginNotebooks.Metrics;

namespace MarginNotebooks.Data;

/// <summary>What is known about a data set: its classes, how its prepared files look, how it is trained on, whose it is.</summary>
public sealed record DatasetInfo
{
    /// <summary>Short name used in commands, folders and run records.</summary>
    public required string Key { get; init; }

    /// <summary>Full name.</summary>
    public required string Name { get; init; }

    /// <summary>Names of the classes; the position is the class number, 0 is background.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Image channels.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Names of the channels, as many as there are; empty when a single one needs no name.</summary>
    public IReadOnlyList<string> ChannelNames { get; init; } = [];

    /// <summary>What is scored as one mask, where that is not each class by itself; null for every class but the background.</summary>
    public IReadOnlyList<Structure>? Structures { get; init; }

    /// <summary>How prepared files order their axes.</summary>
    public required AxisOrder AxisOrder { get; init; }

    /// <summary>Rows and columns that preparation crops and pads slices to; null keeps each case's own.</summary>
    public (int Height, int Width)? StoredSize { get; init; }

    /// <summary>
    /// Sides that columns, rows and slices shall run to, for example <c>LPS</c>: preparation swaps and mirrors axes accordingly, and never
    /// resamples. Null leaves the order of the files.
    /// </summary>
    public string? Orientation { get; init; }

    /// <summary>The size that slices have in training and evaluation.</summary>
    public required SliceFit Fit { get; init; }

    /// <summary>Normalisation that preparation applies to each volume.</summary>
    public IntensityNormalisation Normalisation { get; init; } = IntensityNormalisation.MinMax;

    /// <summary>
    /// Intensities are clipped to these two before they are normalised, and <see cref="IntensityNormalisation.MinMax"/> takes them for
    /// darkest and brightest: one scale for all cases, for intensities with a unit such as those of CT. Null clips nothing.
    /// </summary>
    public (double Low, double High)? Window { get; init; }

    /// <summary>Batch size of the paper's protocol.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Patients of the training, validation and test part.</summary>
    public required SplitSizes Sizes { get; init; }

    /// <summary>The patient of a case, from the case's name, for files that do not say.</summary>
    public Func<string, string> PatientOf { get; init; } = id => id;

    /// <summary>The terms under which the data may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>What to cite.</summary>
    public required string Citation { get; init; }

    /// <summary>Where to get it, and how.</summary>
    public required string Source { get; init; }

    /// <summary>Number of classes, background included.</summary>
    public int ClassCount => ClassNames.Count;
}
