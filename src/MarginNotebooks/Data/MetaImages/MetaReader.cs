using System.IO.Compression;
using System.Text;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>Collects the numbers of a MetaImage from its files and checks that all of them are there.</summary>
internal static class MetaReader
{
    /// <summary>Reads an image.</summary>
    /// <param name="bytes">The header's file.</param>
    /// <param name="name">Its path, for messages.</param>
    /// <param name="open">Bytes of a data file, named as in the header.</param>
    /// <exception cref="InvalidDataException">The image is damaged or not readable; the message names the file.</exception>
    public static (MetaHeader Header, byte[] Data) Read(byte[] bytes, string name, Func<string, byte[]> open)
    {
        var (header, end) = MetaHeaderReader.Read(bytes, name);
        var needed = (double)header.NumberCount * header.DataType.VoxelBytes();
        if (needed > Array.MaxLength)
            throw new InvalidDataException(
                $"{name}: {string.Join('×', header.Shape)} voxels of {header.ElementType} take {needed:0} bytes; at most {Array.MaxLength} can be read.");
        var files = MetaDataFiles.Of(header, bytes.AsSpan(end), name);
        var parts = Math.Max(1, files.Count);
        // Into one array, piece by piece: a slice file is never a volume more in memory.
        var data = files.Count == 0
            ? Take(header.HeaderSize == 0 ? bytes.AsMemory(end) : bytes, header, (int)needed, name, isLocal: true)
            : new byte[(int)needed];
        for (var i = 0; i < files.Count; i++)
        {
            var piece = Take(Open(files[i], name, open), header, (int)needed / parts, $"{name}: data file '{files[i]}'", isLocal: false);
            piece.CopyTo(data.AsSpan(i * piece.Length));
        }
        if (header.BinaryData && header.BigEndian == BitConverter.IsLittleEndian)
            ByteOrder.Reverse(data, header.DataType.SwapBytes());
        return (header, data);
    }

    private static byte[] Open(string file, string name, Func<string, byte[]> open)
    {
        try
        {
            return open(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{name}: its data file '{file}' does not exist. Keep the header and its data in one folder.", error);
        }
    }

    private static byte[] Take(ReadOnlyMemory<byte> file, MetaHeader header, int needed, string name, bool isLocal)
    {
        if (!header.BinaryData)
            return FromText(Skip(file, header, needed, name), header, needed, name);
        if (header.CompressedData)
            return Unpack(Skip(file, header, header.CompressedDataSize, name), header, needed, name);
        var rest = Skip(file, header, needed, name);
        // A local file may end with a line end that an editor added; behind a raw file's numbers nothing has a place.
        return rest.Length == needed || (isLocal && rest.Length > needed) || header.HeaderSize != 0
            ? rest.Length >= needed ? rest[..needed].ToArray() : throw TooShort(rest.Length, needed, name)
            : rest.Length < needed
                ? throw TooShort(rest.Length, needed, name)
                : throw new InvalidDataException(
                    $"{name} has {rest.Length} bytes where the header asks for {needed}: DimSize or ElementType is wrong, or HeaderSize is missing.");
    }

    private static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> file, MetaHeader header, long size, string name)
    {
        if (header.HeaderSize == 0)
            return file;
        var from = header.HeaderSize == -1 ? file.Length - size : header.HeaderSize;
        if (header.HeaderSize < -1)
            throw new InvalidDataException($"{name}: HeaderSize is {header.HeaderSize}; it is a number of bytes, or −1.");
        if (header.HeaderSize == -1 && (size == 0 || !header.BinaryData))
            throw new InvalidDataException($"{name}: HeaderSize is −1, but how long the data are is not known: CompressedDataSize is missing.");
        return from < 0 || from > file.Length ? throw TooShort(file.Length, header.HeaderSize == -1 ? size : from, name) : file[(int)from..];
    }

    private static InvalidDataException TooShort(long got, long needed, string name) =>
        new($"{name} ends too early: {needed} bytes are needed, {got} are there; it is truncated, or DimSize or ElementType is wrong.");

    private static byte[] Unpack(ReadOnlyMemory<byte> packed, MetaHeader header, int needed, string name)
    {
        if (header.CompressedDataSize > packed.Length)
            throw TooShort(packed.Length, header.CompressedDataSize, name);
        if (header.CompressedDataSize > 0)
            packed = packed[..(int)header.CompressedDataSize];
        var bytes = packed.ToArray();
        var isGzip = bytes is [0x1f, 0x8b, ..];
        var data = new byte[needed];
        try
        {
            using var source = new MemoryStream(bytes, writable: false);
            using Stream unpacked = isGzip ? new CheckedGunzip(source) : new ZLibStream(source, CompressionMode.Decompress);
            var got = unpacked.ReadAtLeast(data, needed, throwOnEndOfStream: false);
            if (got < needed)
                throw new InvalidDataException($"it unpacks to {got} bytes, the header asks for {needed}; it is truncated, or DimSize or ElementType is wrong");
            // Reading on verifies the checksum behind the data.
            if (unpacked.ReadByte() >= 0)
                throw new InvalidDataException($"it unpacks to more than the {needed} bytes that the header asks for");
            (unpacked as CheckedGunzip)?.VerifyEnd();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{name} cannot be unpacked: {error.Message.TrimEnd('.')}.", error);
        }
        return data;
    }

    private static byte[] FromText(ReadOnlyMemory<byte> file, MetaHeader header, int needed, string name)
    {
        var size = header.DataType.VoxelBytes();
        var numbers = needed / size;
        var words = Encoding.Latin1.GetString(file.Span).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < numbers)
            throw new InvalidDataException($"{name} holds {words.Length} numbers as text; {numbers} are needed.");
        var data = new byte[needed];
        for (var i = 0; i < numbers; i++)
            MetaText.Store(words[i], header.DataType, data.AsSpan(i * size), name);
        return data;
    }
}
