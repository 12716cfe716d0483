using MarginNotebooks.Runtime;
using PureHDF;
using PureHDF.Filters;

namespace MarginNotebooks.Data;

/// <summary>
/// Prepared cases in the authors' layout: an HDF5 file with the data sets <c>img</c> (intensities) and <c>mask</c> (classes).
/// </summary>
/// <remarks>
/// Source: the data loaders of Bala93/MarginLoss (5466662), <c>data/*.py</c>. Any little-endian float or integer type, contiguous,
/// chunked or gzipped, is read.
/// The kit's own files also carry attributes that the authors' have not: <c>case_id</c>, <c>patient_id</c>, <c>group</c>, <c>spacing</c>
/// (millimetres along D, H, W) and <c>background</c> (see <see cref="SegmentationCase.Background"/>). They are optional on reading.
/// </remarks>
public static class Hdf5Case
{
    private const string ImageName = "img";
    private const string MaskName = "mask";

    /// <summary>Reads a case.</summary>
    /// <param name="path">The file.</param>
    /// <param name="order">How the file orders its axes (see <see cref="DatasetInfo.AxisOrder"/>).</param>
    /// <param name="patientOf">Patient of a case name, for files without the attribute; null makes the case its own patient.</param>
    /// <returns>The case, in memory as <c>(C, D, H, W)</c>.</returns>
    /// <exception cref="InvalidDataException">The file is not such a case; the message tells.</exception>
    public static SegmentationCase Read(string path, AxisOrder order = AxisOrder.DepthHeightWidth, Func<string, string>? patientOf = null)
    {
        // One read of the file, then everything from memory: PureHDF seeks a great deal.
        using var bytes = new MemoryStream(File.ReadAllBytes(path), writable: false);
        return Read(bytes, path, order, patientOf);
    }

    /// <summary>Reads the size of a case without decoding it.</summary>
    internal static CaseShape ReadShape(string path, AxisOrder order)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Hdf5Superblock.Check(stream, path);
        try
        {
            using var file = H5File.Open(stream, leaveOpen: true);
            var (channels, depth, height, width) = VolumeAxes.ShapeOf(
                Hdf5Numbers.Dims(Dataset(file, ImageName, path)), order, $"{path}: {ImageName}");
            return new CaseShape(Path.GetFileNameWithoutExtension(path), channels, depth, height, width);
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{path}: cannot be read as HDF5 ({error.GetBaseException().Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>Reads a case from a stream.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="name">The file's path: names the case when it has no attribute, and is used in messages.</param>
    /// <param name="order">How the file orders its axes.</param>
    /// <param name="patientOf">Patient of a case name, for files without the attribute.</param>
    /// <returns>The case.</returns>
    /// <exception cref="InvalidDataException">The file is not such a case.</exception>
    public static SegmentationCase Read(Stream stream, string name, AxisOrder order, Func<string, string>? patientOf = null)
    {
        Hdf5Superblock.Check(stream, name);
        try
        {
            using var file = H5File.Open(stream, leaveOpen: true);
            var (image, imageDims) = Hdf5Numbers.ReadFloats(Dataset(file, ImageName, name), name);
            var (mask, maskDims) = Hdf5Numbers.ReadLabels(Dataset(file, MaskName, name), name);
            var (channels, depth, height, width) = VolumeAxes.ShapeOf(imageDims, order, $"{name}: {ImageName}");
            var maskShape = VolumeAxes.ShapeOf(maskDims, order, $"{name}: {MaskName}");
            if (maskShape != (1, depth, height, width))
                throw new InvalidDataException(
                    $"{name}: {ImageName} is ({string.Join(", ", imageDims)}) and {MaskName} is ({string.Join(", ", maskDims)}); "
                    + $"read as {order} they do not cover the same voxels.");
            var id = Hdf5Numbers.Text(file, "case_id") ?? Path.GetFileNameWithoutExtension(name);
            return new SegmentationCase
            {
                Id = id,
                PatientId = Hdf5Numbers.Text(file, "patient_id") ?? patientOf?.Invoke(id) ?? id,
                Group = Hdf5Numbers.Text(file, "group"),
                Image = VolumeAxes.ToMemory(image, order, depth, height, width),
                Labels = VolumeAxes.ToMemory(mask, order, depth, height, width),
                Channels = channels,
                Depth = depth,
                Height = height,
                Width = width,
                Background = Hdf5Numbers.Doubles(file, "background") is [var background] ? (float)background : null,
                Spacing = Hdf5Numbers.Doubles(file, "spacing") is [var d, var h, var w] ? new VoxelSpacing(d, h, w) : VoxelSpacing.Unit,
            }.Validated();
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException))
        {
            // PureHDF reports damage with whatever exception it stumbles over.
            throw new InvalidDataException($"{name}: cannot be read as HDF5 ({error.GetBaseException().Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>Writes a case, whole or not at all; the same case gives the same bytes.</summary>
    /// <param name="path">The file, usually <c>CASE.h5</c>.</param>
    /// <param name="item">The case.</param>
    /// <param name="order">How to order the axes in the file.</param>
    /// <exception cref="ArgumentException">The case contradicts itself, or has channels that the order has no axis for.</exception>
    public static void Write(string path, SegmentationCase item, AxisOrder order = AxisOrder.DepthHeightWidth)
    {
        var bytes = ToBytes(item, order);
        WholeFile.Write(path, bytes);
    }

    /// <summary>The bytes that <see cref="Write"/> writes.</summary>
    internal static byte[] ToBytes(SegmentationCase item, AxisOrder order)
    {
        item.Validated();
        var (d, h, w) = (item.Depth, item.Height, item.Width);
        var imageDims = VolumeAxes.FileDims(order, item.Channels, d, h, w, item.Id);
        var maskDims = VolumeAxes.FileDims(order, 1, d, h, w, item.Id);
        var attributes = new Dictionary<string, object>
        {
            ["case_id"] = item.Id,
            ["patient_id"] = item.PatientId,
            ["spacing"] = new[] { item.Spacing.Depth, item.Spacing.Height, item.Spacing.Width },
        };
        if (item.Group is not null)
            attributes["group"] = item.Group;
        if (item.Background is { } background)
            attributes["background"] = new[] { (double)background };
        var file = new H5File
        {
            // Shuffled bytes of floats shrink better; level 1 is the best trade-off that PureHDF offers.
            [ImageName] = new H5Dataset(
                VolumeAxes.ToFile(item.Image, order, d, h, w), chunks: VolumeAxes.Chunks(imageDims), fileDims: imageDims,
                datasetCreation: new(Filters: [ShuffleFilter.Id, Deflate()])),
            [MaskName] = new H5Dataset(
                VolumeAxes.ToFile(item.Labels, order, d, h, w), chunks: VolumeAxes.Chunks(maskDims), fileDims: maskDims,
                datasetCreation: new(Filters: [Deflate()])),
            Attributes = attributes,
        };
        using var bytes = new MemoryStream();
        file.Write(bytes, new H5WriteOptions());
        return bytes.ToArray();
    }

    private static H5Filter Deflate() => new(DeflateFilter.Id, new() { [DeflateFilter.COMPRESSION_LEVEL] = 1 });

    private static IH5Dataset Dataset(IH5Group file, string dataset, string name) => file.LinkExists(dataset)
        ? file.Dataset(dataset)
        : throw new InvalidDataException(
            $"{name}: has no data set '{dataset}' (found: {string.Join(", ", file.Children().Select(child => child.Name).Order())}).");
}
