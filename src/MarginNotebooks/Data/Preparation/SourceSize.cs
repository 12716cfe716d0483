using System.IO.Compression;
using MarginNotebooks.Data.MetaImages;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.Preparation;

/// <summary>How much memory a case will take, told from the headers alone.</summary>
internal static class SourceSize
{
    // Measured on a packed 512×512×100 CT of 16-bit numbers: see data-scripts/README.md.
    private const long BytesPerNumber = 40;

    private const int HeaderBytes = 1 << 16;

    /// <summary>Bytes that converting a case takes at most, about.</summary>
    public static long Estimate(string folder, SourceCase item) =>
        BytesPerNumber * item.Images.Sum(file => Numbers(Path.Combine(folder, file))) + BytesPerNumber / 2 * Numbers(Path.Combine(folder, item.Label));

    // A file that cannot be read costs nothing: decoding it will say why.
    private static long Numbers(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (SourceVolume.IsHdf5(path))
                return file.Length;
            var head = new byte[HeaderBytes];
            var got = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (SourceVolume.IsMetaImage(path))
                return MetaHeaderReader.Read(head.AsSpan(0, got), path).Header.NumberCount;
            using Stream start = head is [0x1f, 0x8b, ..]
                ? new GZipStream(new MemoryStream(head, 0, got), CompressionMode.Decompress)
                : new MemoryStream(head, 0, got);
            return NiftiReader.ReadHeader(start, path).VoxelCount;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
