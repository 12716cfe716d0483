using MarginNotebooks.Data.MetaImages;
using MarginNotebooks.Data.Nifti;
using PureHDF;

namespace MarginNotebooks.Data.Preparation;

/// <summary>An image or a label map as its file gives it, whatever the format.</summary>
internal sealed record SourceVolume
{
    /// <summary>Numbers, (C, z, y, x) with x fastest.</summary>
    public required float[] Values { get; init; }

    /// <summary>Extents along x, y, z.</summary>
    public required int[] Shape { get; init; }

    /// <summary>Numbers in a voxel.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Extents as the file has them, for messages.</summary>
    public required string FileShape { get; init; }

    /// <summary>From indices (x, y, z, 1) to positions, 4 × 4; x points right, y to the front, z up.</summary>
    public required double[,] Affine { get; init; }

    /// <summary>True when the file says which way its axes point.</summary>
    public required bool HasOrientation { get; init; }

    /// <summary>Distances between voxel centres.</summary>
    public required VoxelSpacing Spacing { get; init; }

    /// <summary>True when those are millimetres.</summary>
    public required bool InMillimetres { get; init; }

    /// <summary>Number type of the file.</summary>
    public required string Type { get; init; }

    /// <summary>True for names of MetaImage headers.</summary>
    public static bool IsMetaImage(string file) =>
        file.EndsWith(".mhd", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".mha", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for names of HDF5 files.</summary>
    public static bool IsHdf5(string file) =>
        file.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase);

    /// <summary>Decodes a file by the format that its name tells; NIfTI when it tells none.</summary>
    /// <param name="file">The file's bytes, and those of its data files.</param>
    /// <param name="data">Name of the data set to take from an HDF5 file.</param>
    /// <param name="axes">Order of its axes; null for (D, H, W) or (C, D, H, W), by their number.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its extents are none of an image.</exception>
    /// <exception cref="NotSupportedException">Its numbers are complex or colours.</exception>
    public static SourceVolume Read(LoadedFile file, string data, AxisOrder? axes)
    {
        if (IsMetaImage(file.Name))
            return FromMetaImage(MetaImage.Read(file.Bytes, file.Name, file.OpenPart));
        return IsHdf5(file.Name) ? FromHdf5(file, data, axes) : FromNifti(NiftiImage.Read(new MemoryStream(file.Bytes, writable: false), file.Name));
    }

    private static SourceVolume FromNifti(NiftiImage image) => new()
    {
        Values = image.ToFloat(),
        Shape = VolumeShape(image.Shape),
        // Some writers add axes of one element.
        Channels = image.Shape.Skip(3).Aggregate(1, (product, extent) => product * extent),
        FileShape = string.Join('×', image.Shape),
        Affine = image.Affine,
        HasOrientation = image.Header.SformCode > 0 || image.Header.QformCode > 0,
        Spacing = image.Spacing,
        InMillimetres = image.Header.HasLengthUnit,
        Type = image.Header.DataType.ToString(),
    };

    private static SourceVolume FromMetaImage(MetaImage image) => new()
    {
        Values = image.ToFloat(),
        Shape = VolumeShape(image.Shape),
        Channels = image.Shape.Skip(3).Aggregate(image.Header.Channels, (product, extent) => product * extent),
        FileShape = string.Join('×', image.Shape) + (image.Header.Channels > 1 ? $"×{image.Header.Channels}" : ""),
        Affine = image.Affine,
        HasOrientation = image.Header.HasDirections,
        Spacing = image.Spacing,
        InMillimetres = image.Header.HasSpacing,
        Type = image.Header.DataType.ToString(),
    };

    private static SourceVolume FromHdf5(LoadedFile file, string data, AxisOrder? axes)
    {
        using var stream = new MemoryStream(file.Bytes, writable: false);
        Hdf5Superblock.Check(stream, file.Name);
        try
        {
            using var hdf5 = H5File.Open(stream, leaveOpen: true);
            if (!hdf5.LinkExists(data))
                throw new InvalidDataException(
                    $"{file.Name}: has no data set '{data}' (found: {string.Join(", ", hdf5.Children().Select(child => child.Name).Order())}).");
            var (values, dims) = Hdf5Numbers.ReadFloats(hdf5.Dataset(data), file.Name);
            var order = axes ?? (dims.Length == 4 ? AxisOrder.ChannelDepthHeightWidth : AxisOrder.DepthHeightWidth);
            var (c, d, h, w) = VolumeAxes.ShapeOf(dims, order, $"{file.Name}: {data}");
            var spacing = Hdf5Numbers.Doubles(hdf5, "spacing") is [var sd, var sh, var sw] ? new VoxelSpacing(sd, sh, sw) : (VoxelSpacing?)null;
            var step = spacing ?? VoxelSpacing.Unit;
            return new SourceVolume
            {
                Values = VolumeAxes.ToMemory(values, order, d, h, w),
                Shape = [w, h, d],
                Channels = c,
                FileShape = string.Join('×', dims),
                Affine = new[,] { { step.Width, 0, 0, 0 }, { 0, step.Height, 0, 0 }, { 0, 0, step.Depth, 0 }, { 0, 0, 0, 1 } },
                HasOrientation = false,
                Spacing = step,
                InMillimetres = spacing is not null,
                Type = values.GetType().GetElementType()!.Name,
            };
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{file.Name}: cannot be read as HDF5 ({error.GetBaseException().Message.TrimEnd('.')}).", error);
        }
    }

    private static int[] VolumeShape(IReadOnlyList<int> shape) => [.. shape.Concat([1, 1, 1]).Take(3)];
}
