using MarginNotebooks.Data.Preparation;

namespace MarginNotebooks.Data;

/// <summary>A file that a prepared case was made from.</summary>
/// <param name="File">Path below the source folder, with forward slashes.</param>
/// <param name="Sha256">Checksum of the file as downloaded.</param>
public sealed record SourceFile(string File, string Sha256);

/// <summary>What a manifest says about one prepared case.</summary>
public sealed record CaseRecord
{
    /// <summary>Name of the case.</summary>
    public required string Id { get; init; }

    /// <summary>Its patient.</summary>
    public required string PatientId { get; init; }

    /// <summary>The patient's stratum, or null.</summary>
    public string? Group { get; init; }

    /// <summary>Path below the data set's folder, with forward slashes: <c>train/CASE.h5</c>.</summary>
    public required string File { get; init; }

    /// <summary>Checksum of that file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The image it was made from.</summary>
    public required SourceFile Image { get; init; }

    /// <summary>The label map it was made from.</summary>
    public required SourceFile Label { get; init; }

    /// <summary>Every other file it was made from: further modalities, and the data files that headers name; null when there are none.</summary>
    public IReadOnlyList<SourceFile>? MoreSources { get; init; }

    /// <summary>Channels, slices, rows, columns as prepared.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Extents of the source along x, y, z.</summary>
    public required IReadOnlyList<int> SourceShape { get; init; }

    /// <summary>
    /// Sides that the source's x, y and z axes run to, for example <c>RAS</c>, where preparation turns all cases one way; null where it does
    /// not.
    /// </summary>
    public string? SourceOrientation { get; init; }

    /// <summary>Voxel type of the source image.</summary>
    public required string SourceType { get; init; }

    /// <summary>Voxel spacing.</summary>
    public required VoxelSpacing Spacing { get; init; }

    /// <summary>False when the source names no unit of length: <see cref="Spacing"/> is then the bare number.</summary>
    public required bool SpacingInMillimetres { get; init; }

    /// <summary>Smallest and largest intensity of the source.</summary>
    public required IReadOnlyList<float> SourceIntensity { get; init; }

    /// <summary>Smallest and largest intensity as prepared.</summary>
    public required IReadOnlyList<float> Intensity { get; init; }

    /// <summary>Voxels of each class, background first.</summary>
    public required IReadOnlyList<long> LabelVoxels { get; init; }

    /// <summary>Fingerprint of the settings that the case was prepared with.</summary>
    public required string Settings { get; init; }

    /// <summary>Warnings about the case.</summary>
    public IReadOnlyList<PreparationNote> Notes { get; init; } = [];
}
