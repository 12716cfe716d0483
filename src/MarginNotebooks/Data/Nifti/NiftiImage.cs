using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Data.Nifti;

/// <summary>A NIfTI-1 or NIfTI-2 image: a header and a block of numbers, x varying fastest.</summary>
/// <remarks>
/// <para>Reads <c>.nii</c>, <c>.nii.gz</c> and <c>.hdr</c>/<c>.img</c> pairs in either byte order; writes <c>.nii</c> and <c>.nii.gz</c>.
/// Formats: nifti1.h and nifti2.h of the NIfTI Data Format Working Group.</para>
/// <para>Three numbers of a shape <c>(x, y, z)</c> with x fastest are the row-major volume <c>(D, H, W) = (z, y, x)</c> of
/// <see cref="SegmentationCase"/> with no value moved.</para>
/// </remarks>
public sealed class NiftiImage
{
    /// <summary>Puts a header and its numbers together.</summary>
    /// <param name="header">The header.</param>
    /// <param name="data">Stored numbers in this machine's byte order, as many as the shape asks for.</param>
    /// <exception cref="ArgumentException">The number of bytes contradicts the header.</exception>
    public NiftiImage(NiftiHeader header, byte[] data)
    {
        var needed = header.VoxelCount * header.DataType.VoxelBytes();
        if (data.LongLength != needed)
            throw new ArgumentException(
                $"{string.Join('×', header.Shape)} voxels of {header.DataType} take {needed} bytes, but there are {data.LongLength}.", nameof(data));
        (Header, Data) = (header, data);
    }

    /// <summary>The header.</summary>
    public NiftiHeader Header { get; }

    /// <summary>The numbers as stored, before scaling, in this machine's byte order.</summary>
    public byte[] Data { get; }

    /// <summary>Extents along x, y, z, t, ….</summary>
    public IReadOnlyList<int> Shape => Header.Shape;

    /// <summary>
    /// From voxel indices (x, y, z, 1) to positions, 4 × 4, in the file's unit of length. See <see cref="NiftiAffine.Of"/>.
    /// </summary>
    public double[,] Affine => NiftiAffine.Of(Header);

    /// <summary>
    /// Steps between voxels: <c>Depth</c> along z, <c>Height</c> along y, <c>Width</c> along x; millimetres when the file has a unit.
    /// </summary>
    public VoxelSpacing Spacing
    {
        get
        {
            var scale = Header.MillimetresPerUnit;
            return new VoxelSpacing(
                NiftiAffine.Step(Header, 3) * scale, NiftiAffine.Step(Header, 2) * scale, NiftiAffine.Step(Header, 1) * scale);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>.nii</c>, <c>.nii.gz</c>, <c>.hdr</c> or <c>.img</c> (the latter two also gzipped).</param>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidDataException">The file is not NIfTI, is damaged or shorter than its header says; the message
    /// tells.</exception>
    public static NiftiImage Read(string path)
    {
        var (headerPath, voxelsPath) = PairPaths(path);
        using var file = File.OpenRead(headerPath);
        var (header, data) = NiftiReader.Read(file, headerPath, () => (File.OpenRead(voxelsPath), voxelsPath));
        return new NiftiImage(header, data);
    }

    /// <summary>Reads a single-file image from a seekable stream.</summary>
    /// <param name="stream">At its beginning; compressed or not. It is closed.</param>
    /// <param name="name">Name to use in messages.</param>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>.</exception>
    public static NiftiImage Read(Stream stream, string name)
    {
        var (header, data) = NiftiReader.Read(stream, name, null);
        return new NiftiImage(header, data);
    }

    /// <summary>Makes an image from numbers.</summary>
    /// <typeparam name="T">An integer type, float, double or Complex.</typeparam>
    /// <param name="voxels">The numbers, x fastest.</param>
    /// <param name="shape">Extents along x, y, z, …, one to seven.</param>
    /// <param name="affine">From indices to millimetres, 4 × 4; null for steps of 1 from the origin.</param>
    /// <returns>A little-endian NIfTI-1 image in millimetres; change the header with <see cref="WithHeader"/>.</returns>
    public static NiftiImage Create<T>(ReadOnlySpan<T> voxels, IReadOnlyList<int> shape, double[,]? affine = null)
        where T : unmanaged
    {
        var header = new NiftiHeader { Shape = [.. shape], DataType = NiftiDataTypes.FromClr(typeof(T)), XyztUnits = 2 };
        return new NiftiImage(header, MemoryMarshal.AsBytes(voxels).ToArray())
            .WithAffine(affine ?? new double[,] { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } });
    }

    /// <summary>The same numbers with another header.</summary>
    /// <param name="change">Makes the new header from the old one.</param>
    /// <returns>A new image that shares the numbers.</returns>
    public NiftiImage WithHeader(Func<NiftiHeader, NiftiHeader> change) => new(change(Header), Data);

    /// <summary>The same numbers at another place: sets the sform, and the qform too when the matrix is a rotation with steps.</summary>
    /// <param name="affine">From indices to positions, 4 × 4, in the header's unit of length.</param>
    /// <returns>A new image that shares the numbers.</returns>
    public NiftiImage WithAffine(double[,] affine)
    {
        if (affine.GetLength(0) != 4 || affine.GetLength(1) != 4)
            throw new ArgumentException(
                $"An affine matrix is 4×4; this one is {affine.GetLength(0)}×{affine.GetLength(1)}.", nameof(affine));
        var rotation = NiftiAffine.Decompose(affine);
        var pixdim = Header.PixDim.ToArray();
        for (var axis = 0; axis < 3; axis++)
            pixdim[axis + 1] = rotation?.Steps[axis]
                ?? Math.Sqrt(Enumerable.Range(0, 3).Sum(row => affine[row, axis] * affine[row, axis]));
        pixdim[0] = rotation?.Handedness ?? 1;
        return WithHeader(header => header with
        {
            PixDim = pixdim,
            SformCode = 1,
            Srow = [.. from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 4) select affine[row, column]],
            QformCode = rotation is null ? 0 : 1,
            Quaternion = rotation?.Quaternion ?? [0, 0, 0, 0, 0, 0],
        });
    }

    /// <summary>Writes the image whole or not at all, in the version and byte order that its header names.</summary>
    /// <param name="path">A <c>.nii</c> or <c>.nii.gz</c>.</param>
    /// <exception cref="ArgumentException">Another extension, or a header that the version cannot hold.</exception>
    public void Write(string path)
    {
        var compressed = path.EndsWith(".nii.gz", StringComparison.OrdinalIgnoreCase);
        if (!compressed && !path.EndsWith(".nii", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"Cannot write '{path}': the name must end in .nii or .nii.gz.", nameof(path));
        var header = NiftiHeaderWriter.Write(Header);
        var data = Data;
        if (Header.BigEndian == BitConverter.IsLittleEndian)
            ByteOrder.Reverse(data = [.. Data], Header.DataType.SwapBytes());
        WholeFile.Write(path, stream =>
        {
            using var packed = compressed ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : null;
            (packed ?? stream).Write(header);
            (packed ?? stream).Write(data);
        });
    }

    /// <summary>The intensities, scaled by <c>scl_slope</c> and <c>scl_inter</c> in double precision, then rounded.</summary>
    /// <returns>One number a voxel, x fastest.</returns>
    /// <exception cref="NotSupportedException">Voxels are complex or colours.</exception>
    public float[] ToFloat() => NiftiIntensities.Scaled<float>(this);

    /// <summary>The intensities, scaled by <c>scl_slope</c> and <c>scl_inter</c>.</summary>
    /// <returns>One number a voxel, x fastest.</returns>
    /// <exception cref="NotSupportedException">Voxels are complex or colours.</exception>
    public double[] ToDouble() => NiftiIntensities.Scaled<double>(this);

    /// <summary>Complex voxels; slope and intercept apply to both parts, as the standard says.</summary>
    /// <returns>One number a voxel, x fastest.</returns>
    /// <exception cref="NotSupportedException">Voxels are not complex.</exception>
    public Complex[] ToComplex() => NiftiIntensities.ScaledComplex(this);

    /// <summary>The stored numbers, not scaled. Colours are bytes: red, green, blue (and opacity) of each voxel in turn.</summary>
    /// <typeparam name="T">The .NET type of the voxels, exactly.</typeparam>
    /// <returns>A copy.</returns>
    /// <exception cref="NotSupportedException">The voxels have another type.</exception>
    public T[] Stored<T>()
        where T : unmanaged
    {
        var fits = Header.DataType.IsColour() ? typeof(T) == typeof(byte) : NiftiDataTypes.FromClr(typeof(T)) == Header.DataType;
        return fits
            ? MemoryMarshal.Cast<byte, T>(Data).ToArray()
            : throw new NotSupportedException($"The voxels are {Header.DataType}; they cannot be taken as {typeof(T).Name}.");
    }

    private static (string Header, string Voxels) PairPaths(string path)
    {
        var gz = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[^3..] : "";
        var plain = path[..^gz.Length];
        return Path.GetExtension(plain).ToLowerInvariant() is ".hdr" or ".img"
            ? (Path.ChangeExtension(plain, ".hdr") + gz, Path.ChangeExtension(plain, ".img") + gz)
            : (path, path);
    }
}
