using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>A MetaImage: a text header and a block of numbers, x varying fastest; the format of ITK and of PROMISE12.</summary>
/// <remarks>
/// <para>Reads <c>.mhd</c> with a data file (<c>.raw</c>, <c>.zraw</c>), with a list of files or with a pattern of them, and <c>.mha</c> with
/// the numbers behind the header; binary in either byte order, packed or plain, or text. Format: the MetaIO documentation of the Insight
/// Toolkit. <c>ElementToIntensityFunction…</c> is in <see cref="MetaHeader.Fields"/> and not applied, as ITK does not apply it.</para>
/// <para>A volume <c>(x, y, z)</c> with x fastest is the row-major <c>(D, H, W)</c> of <see cref="SegmentationCase"/> with no value
/// moved.</para>
/// </remarks>
public sealed class MetaImage
{
    private MetaImage(MetaHeader header, byte[] data) => (Header, Data) = (header, data);

    /// <summary>The header.</summary>
    public MetaHeader Header { get; }

    /// <summary>The numbers in this machine's byte order: the channels of a voxel, then the next voxel along x.</summary>
    public byte[] Data { get; }

    /// <summary>Extents along x, y, z, t.</summary>
    public IReadOnlyList<int> Shape => Header.Shape;

    /// <summary>From voxel indices (x, y, z, 1) to millimetres, 4 × 4; x points right, y to the front, z up, as in NIfTI.</summary>
    public double[,] Affine => MetaGeometry.Affine(Header);

    /// <summary>Distances between voxel centres in millimetres; 1 along an axis that the image does not have.</summary>
    public VoxelSpacing Spacing => new(Header.Spacing.ElementAtOrDefault(2) is > 0 and var z ? z : 1, Header.Spacing[1], Header.Spacing[0]);

    /// <summary>Reads a file.</summary>
    /// <param name="path">A <c>.mhd</c> or <c>.mha</c>; data files are looked for beside it.</param>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidDataException">It is no MetaImage, a data file is missing, too short or too long; the message names
    /// it.</exception>
    public static MetaImage Read(string path) =>
        Read(File.ReadAllBytes(path), path, file => File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file)));

    /// <summary>Reads an image whose files come from elsewhere.</summary>
    /// <param name="header">Bytes of the <c>.mhd</c> or <c>.mha</c>.</param>
    /// <param name="name">Name to use in messages.</param>
    /// <param name="open">Bytes of a data file, by its name in the header.</param>
    /// <returns>The image.</returns>
    /// <exception cref="InvalidDataException">As for <see cref="Read(string)"/>.</exception>
    public static MetaImage Read(byte[] header, string name, Func<string, byte[]> open)
    {
        var (parsed, data) = MetaReader.Read(header, name, open);
        return new MetaImage(parsed, data);
    }

    /// <summary>The numbers as floats.</summary>
    /// <returns>Channels one after the other, in each x fastest: (C, …, z, y, x).</returns>
    public float[] ToFloat() => ChannelsFirst(Numbers.ToFloat());

    /// <summary>The numbers as doubles; only 64-bit integers above 2⁵³ are rounded.</summary>
    /// <returns>Channels one after the other, in each x fastest: (C, …, z, y, x).</returns>
    public double[] ToDouble() => ChannelsFirst(Numbers.ToDouble());

    // The conversion from stored numbers is the same in both formats.
    private NiftiImage Numbers => new(new NiftiHeader { Shape = [checked((int)Header.NumberCount)], DataType = Header.DataType }, Data);

    private T[] ChannelsFirst<T>(T[] values)
    {
        if (Header.Channels == 1)
            return values;
        var voxels = values.Length / Header.Channels;
        var planes = new T[values.Length];
        for (var voxel = 0; voxel < voxels; voxel++)
            for (var channel = 0; channel < Header.Channels; channel++)
                planes[channel * voxels + voxel] = values[voxel * Header.Channels + channel];
        return planes;
    }
}
