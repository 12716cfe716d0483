namespace MarginNotebooks.Data;

/// <summary>One annotated volume in memory: an image, its label map, and what is needed to score it.</summary>
public sealed record SegmentationCase
{
    /// <summary>Name of the case, unique in its data set; also the file name without extension.</summary>
    public required string Id { get; init; }

    /// <summary>The patient the case belongs to: the unit of splits and of bootstrap intervals. Several cases may share one.</summary>
    public required string PatientId { get; init; }

    /// <summary>Stratum for splits (for example a pathology group); null when the data set has none.</summary>
    public string? Group { get; init; }

    /// <summary>Intensities, row-major <c>(C, D, H, W)</c>.</summary>
    public required float[] Image { get; init; }

    /// <summary>Intensity where there is nothing, in every channel: what padding takes; null for the darkest of each channel.</summary>
    public float? Background { get; init; }

    /// <summary>Class of each voxel, row-major <c>(D, H, W)</c>; 0 is background, 255 means "not annotated".</summary>
    public required byte[] Labels { get; init; }

    /// <summary>Number of image channels C (modalities).</summary>
    public required int Channels { get; init; }

    /// <summary>Number of slices D.</summary>
    public required int Depth { get; init; }

    /// <summary>Rows of a slice H.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of a slice W.</summary>
    public required int Width { get; init; }

    /// <summary>Voxel spacing; <see cref="VoxelSpacing.Unit"/> when unknown.</summary>
    public required VoxelSpacing Spacing { get; init; }

    /// <summary>Throws when the arrays do not have the lengths that the stated shape asks for.</summary>
    /// <returns>This case.</returns>
    /// <exception cref="ArgumentException">An array's length contradicts the shape.</exception>
    public SegmentationCase Validated()
    {
        if (Channels < 1 || Depth < 1 || Height < 1 || Width < 1)
            throw new ArgumentException($"Case '{Id}' has the empty shape ({Channels}, {Depth}, {Height}, {Width}).");
        var voxels = (long)Depth * Height * Width;
        if (Labels.LongLength != voxels || Image.LongLength != voxels * Channels)
            throw new ArgumentException(
                $"Case '{Id}': shape ({Channels}, {Depth}, {Height}, {Width}) needs {voxels * Channels} intensities and {voxels} labels, "
                + $"but there are {Image.LongLength} and {Labels.LongLength}.");
        return this;
    }
}
