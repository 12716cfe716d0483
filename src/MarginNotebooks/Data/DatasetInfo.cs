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

    /// <summary>How prepared files order their axes.</summary>
    public required AxisOrder AxisOrder { get; init; }

    /// <summary>Rows and columns that preparation crops and pads slices to; null keeps each case's own.</summary>
    public (int Height, int Width)? StoredSize { get; init; }

    /// <summary>The size that slices have in training and evaluation.</summary>
    public required SliceFit Fit { get; init; }

    /// <summary>Normalisation that preparation applies to each volume.</summary>
    public IntensityNormalisation Normalisation { get; init; } = IntensityNormalisation.MinMax;

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
