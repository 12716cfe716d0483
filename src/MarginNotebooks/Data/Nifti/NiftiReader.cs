namespace MarginNotebooks.Data.Nifti;

/// <summary>Reads header, extensions and voxels from a stream, compressed or not, and checks that all of it is there.</summary>
internal static class NiftiReader
{
    // Deflate cannot shrink anything by more than this factor (zlib's documentation: 1032 to 1).
    private const long LargestGzipRatio = 1032;

    // Extensions hold patient records and comments; a gigabyte of them is a damaged header.
    private const long LongestExtension = 1 << 30;

    /// <summary>Reads a single file, or a header and the voxels of the file that <paramref name="openVoxels"/> gives for it.</summary>
    public static (NiftiHeader Header, byte[] Data) Read(Stream file, string name, Func<(Stream Stream, string Name)>? openVoxels)
    {
        var (source, mostBytes) = Unpack(file);
        using (source)
        {
            var header = ReadHeader(source, name);
            if (!header.IsPair)
                return (header, ReadVoxels(source, header, name, mostBytes));
            if (openVoxels is null)
                throw new InvalidDataException($"{name}: the header of a .hdr/.img pair; read it by the path of its .hdr file.");
            var (voxels, voxelsName) = openVoxels();
            return (header, ReadPairVoxels(voxels, header, voxelsName));
        }
    }

    private static byte[] ReadPairVoxels(Stream file, NiftiHeader header, string name)
    {
        var (source, mostBytes) = Unpack(file);
        using (source)
        {
            if (header.VoxOffset > mostBytes)
                throw new InvalidDataException(
                    $"{name}: its header puts the voxels at byte {header.VoxOffset}, behind the end of the file.");
            if (header.VoxOffset > 0)
                ReadExactly(source, new byte[header.VoxOffset], name, "the bytes before its voxels");
            return ReadVoxels(source, header, name, mostBytes);
        }
    }

    /// <summary>Reads the header and what follows it, up to the first voxel.</summary>
    public static NiftiHeader ReadHeader(Stream source, string name)
    {
        var start = new byte[NiftiHeaderReader.Version2Bytes];
        ReadExactly(source, start.AsSpan(0, 4), name, "the size of its header");
        var (size, bigEndian) = NiftiHeaderReader.Recognise(start, name);
        ReadExactly(source, start.AsSpan(4, size - 4), name, $"its header of {size} bytes");
        var header = NiftiHeaderReader.Read(start.AsSpan(0, size), bigEndian, name);
        if (header.IsPair || header.VoxOffset == size)
            return header;
        if (header.VoxOffset - size > LongestExtension)
            throw new InvalidDataException($"{name}: vox_offset is {header.VoxOffset}; no header is that long.");
        var extension = new byte[header.VoxOffset - size];
        ReadExactly(source, extension, name, "its header extensions");
        return header with { Extensions = ReadExtensions(extension, bigEndian, name) };
    }

    private static (Stream Source, long MostBytes) Unpack(Stream file)
    {
        var length = file.Length;
        Span<byte> magic = stackalloc byte[2];
        var got = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        // The name may lie; the first bytes do not.
        return got == 2 && magic[0] == 0x1f && magic[1] == 0x8b
            ? (new CheckedGunzip(file), length * LargestGzipRatio)
            : (file, length);
    }

    private static byte[] ReadVoxels(Stream source, NiftiHeader header, string name, long mostBytes)
    {
        var shape = string.Join('×', header.Shape);
        var needed = header.Shape.Aggregate((double)header.DataType.VoxelBytes(), (product, extent) => product * extent);
        if (needed + header.VoxOffset > mostBytes)
            throw new InvalidDataException(
                $"{name}: its header asks for {shape} voxels of {header.DataType} from byte {header.VoxOffset} on, {needed:0} bytes, "
                + "but the file is too short to hold them; it is truncated or its header is wrong.");
        if (needed > Array.MaxLength)
            throw new InvalidDataException(
                $"{name}: {shape} voxels of {header.DataType} take {needed:0} bytes; at most {Array.MaxLength} can be read at once.");
        var data = GC.AllocateUninitializedArray<byte>((int)needed);
        ReadExactly(source, data, name, $"its {shape} voxels of {header.DataType}");
        VerifyEnd(source, name);
        if (header.BigEndian == BitConverter.IsLittleEndian)
            ByteOrder.Reverse(data, header.DataType.SwapBytes());
        return data;
    }

    // The checksum stands behind the data: only reading to the end verifies it.
    private static void VerifyEnd(Stream source, string name)
    {
        try
        {
            (source as CheckedGunzip)?.VerifyEnd();
        }
        catch (InvalidDataException error)
        {
            throw Damaged(name, error);
        }
    }

    private static void ReadExactly(Stream source, Span<byte> into, string name, string what)
    {
        int got;
        try
        {
            got = source.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error)
        {
            throw Damaged(name, error);
        }
        if (got < into.Length)
            throw new InvalidDataException(
                $"{name}: ends too early: {what} need {into.Length} bytes, {got} are there; {(source is CheckedGunzip ? "the gzip file" : "the file")}"
                + " is truncated or its header is wrong.");
    }

    private static InvalidDataException Damaged(string name, Exception cause) =>
        new($"{name}: its gzip data are truncated or damaged; download the file again.", cause);

    private static List<NiftiExtension> ReadExtensions(byte[] bytes, bool bigEndian, string name)
    {
        var found = new List<NiftiExtension>();
        if (bytes.Length < 4 || bytes[0] == 0)
            return found;
        var fields = new HeaderBytes(bytes, bigEndian);
        for (var at = 4; at + 8 <= bytes.Length;)
        {
            var size = fields.Int32(at);
            if (size < 8 || at + (long)size > bytes.Length)
                throw new InvalidDataException(
                    $"{name}: header extension {found.Count + 1} claims {size} bytes; {bytes.Length - at} are left before the voxels.");
            found.Add(new NiftiExtension(fields.Int32(at + 4), bytes.AsMemory(at + 8, size - 8)));
            at += size;
        }
        return found;
    }
}
