using System.Buffers.Binary;

namespace MarginNotebooks.Data;

/// <summary>Checks that an HDF5 file is as long as its superblock says; PureHDF does not look.</summary>
/// <remarks>Layouts of the superblock, versions 0 to 3: HDF5 File Format Specification, section II.A.</remarks>
internal static class Hdf5Superblock
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Throws for a file that is none or is cut off; leaves the stream at its beginning.</summary>
    /// <exception cref="InvalidDataException">The file is no HDF5 or too short.</exception>
    public static void Check(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[64];
        stream.Position = 0;
        var got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (got < start.Length || !start.StartsWith(Signature))
            throw new InvalidDataException(
                $"{name}: is no HDF5 file ({stream.Length} bytes, without HDF5's signature at its beginning, or too few).");
        var (wide, at) = start[8] switch
        {
            0 => (start[13] == 8, 40),
            1 => (start[13] == 8, 44),
            2 or 3 => (start[9] == 8, 28),
            _ => (false, 0),
        };
        if (wide && BinaryPrimitives.ReadInt64LittleEndian(start[at..]) is var end && end > stream.Length)
            throw new InvalidDataException($"{name}: is truncated: it has {stream.Length} bytes, its superblock says {end}.");
    }
}
