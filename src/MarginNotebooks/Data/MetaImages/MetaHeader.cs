using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>The text header of a MetaImage, field by field; the names are those of the format where it has one.</summary>
public sealed record MetaHeader
{
    /// <summary>Extents along x, y, z, t, two to four of them (<c>DimSize</c>); x varies fastest.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Numbers in a voxel, next to one another in the file (<c>ElementNumberOfChannels</c>).</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The type as the file names it, for example <c>MET_SHORT</c>.</summary>
    public required string ElementType { get; init; }

    /// <summary>The number type that it stands for.</summary>
    public required NiftiDataType DataType { get; init; }

    /// <summary>Distances between voxel centres along each axis: <c>ElementSpacing</c>, else <c>ElementSize</c>, else 1.</summary>
    public required IReadOnlyList<double> Spacing { get; init; }

    /// <summary>True when the file states its spacing.</summary>
    public required bool HasSpacing { get; init; }

    /// <summary>Position of the first voxel: <c>Offset</c>, <c>Origin</c> or <c>Position</c>; zeros when the file has none.</summary>
    public required IReadOnlyList<double> Offset { get; init; }

    /// <summary>
    /// Directions of the axes: <c>TransformMatrix</c>, <c>Rotation</c> or <c>Orientation</c>, N × N numbers, the first N of which are the
    /// direction of x; the unit matrix when the file has none.
    /// </summary>
    public required IReadOnlyList<double> Directions { get; init; }

    /// <summary>True when the file states directions or <see cref="AnatomicalOrientation"/>.</summary>
    public required bool HasDirections { get; init; }

    /// <summary>
    /// Three letters that name the side each axis comes from (<c>RAI</c>: from right, anterior, inferior); null when not said or unknown.
    /// Used for the directions only when the file has no matrix; ITK never uses it.
    /// </summary>
    public string? AnatomicalOrientation { get; init; }

    /// <summary>True when numbers are stored as bytes, false when as text (<c>BinaryData</c>).</summary>
    public bool BinaryData { get; init; } = true;

    /// <summary>True when bytes are big-endian (<c>BinaryDataByteOrderMSB</c> or <c>ElementByteOrderMSB</c>).</summary>
    public bool BigEndian { get; init; }

    /// <summary>True when the bytes are packed with zlib or gzip (<c>CompressedData</c>).</summary>
    public bool CompressedData { get; init; }

    /// <summary>Packed bytes of a file; 0 when not said: everything up to the file's end.</summary>
    public long CompressedDataSize { get; init; }

    /// <summary>Bytes to skip at the beginning of each data file; −1: the numbers are the last bytes of it (<c>HeaderSize</c>).</summary>
    public long HeaderSize { get; init; }

    /// <summary><c>LOCAL</c>, <c>LIST</c>, a file name, or a pattern such as <c>slice%03d.raw 1 20 1</c> (<c>ElementDataFile</c>).</summary>
    public required string ElementDataFile { get; init; }

    /// <summary>Every field of the file as it stands there, also those that this kit makes no use of.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>Number of numbers: voxels times channels.</summary>
    public long NumberCount => Shape.Aggregate((long)Channels, (product, extent) => product * extent);
}
