using System.Buffers.Binary;
using System.Text;

namespace MarginNotebooks.Runtime;

/// <summary>Reads and relaxes the symbol versions that an ELF-64 shared library asks of its dependencies.</summary>
/// <remarks>
/// TorchSharp's native library asks for <c>GLIBCXX_3.4.32</c> (GCC 13), which Debian 12 and Ubuntu 22.04 do not have, although it never calls
/// the one symbol of that version. Marking the request "weak" (flag 2 of its <c>Vernaux</c> entry) in a copy lets the loader accept the older
/// libstdc++. Layout: System V ABI, generic ELF, and the Linux Standard Base's symbol versioning chapter.
/// </remarks>
internal static class SymbolVersionPatch
{
    private const uint ProgramLoad = 1;
    private const uint ProgramDynamic = 2;
    private const ulong StringTable = 5;
    private const ulong SymbolTable = 6;
    private const ulong VersionSymbols = 0x6ffffff0;
    private const ulong VersionNeeds = 0x6ffffffe;
    private const ulong VersionNeedCount = 0x6fffffff;
    private const ushort WeakFlag = 2;

    /// <summary>Marks a version weak if every symbol that uses it is known not to be called.</summary>
    /// <param name="library">Content of the shared library; changed in place.</param>
    /// <param name="version">The version name, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <param name="dispensable">Symbols that may stay unresolved.</param>
    /// <returns>True when the library asked for the version and was changed.</returns>
    /// <exception cref="InvalidDataException">Not a little-endian ELF-64 library, or another symbol needs the version.</exception>
    public static bool MakeWeak(Span<byte> library, string version, IReadOnlySet<string> dispensable)
    {
        var elf = new Elf(library);
        var entry = elf.FindVersionNeed(library, version);
        if (entry < 0)
            return false;
        var index = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(library[(entry + 6)..]) & 0x7fff);
        foreach (var symbol in elf.SymbolsOfVersion(library, index))
        {
            if (!dispensable.Contains(symbol))
                throw new InvalidDataException($"Symbol '{symbol}' needs {version}: the library cannot do without it.");
        }
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(library[(entry + 4)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(library[(entry + 4)..], (ushort)(flags | WeakFlag));
        return true;
    }

    /// <summary>Tells whether a library asks for a symbol version.</summary>
    /// <param name="library">Content of the shared library.</param>
    /// <param name="version">The version name.</param>
    /// <returns>True when its version needs list the name.</returns>
    public static bool Needs(Span<byte> library, string version) => new Elf(library).FindVersionNeed(library, version) >= 0;

    /// <summary>Offsets of the tables, read from the program headers (section headers may be stripped).</summary>
    private readonly struct Elf
    {
        private readonly List<(ulong Address, ulong Offset, ulong Size)> segments = [];
        private readonly Dictionary<ulong, ulong> dynamic = [];

        public Elf(ReadOnlySpan<byte> file)
        {
            if (file.Length < 64 || !file[..4].SequenceEqual("\u007fELF"u8) || file[4] != 2 || file[5] != 1)
                throw new InvalidDataException("Not a little-endian 64-bit ELF file.");
            var headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[32..]);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(file[54..]);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(file[56..]);
            (ulong Offset, ulong Size) table = default;
            for (var i = 0; i < count; i++)
            {
                var header = file.Slice(headers + i * size, size);
                var type = BinaryPrimitives.ReadUInt32LittleEndian(header);
                var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
                var address = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
                var length = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
                if (type == ProgramLoad)
                    segments.Add((address, offset, length));
                else if (type == ProgramDynamic)
                    table = (offset, length);
            }
            for (var at = table.Offset; at < table.Offset + table.Size; at += 16)
            {
                var tag = BinaryPrimitives.ReadUInt64LittleEndian(file[(int)at..]);
                if (tag == 0)
                    break;
                dynamic[tag] = BinaryPrimitives.ReadUInt64LittleEndian(file[(int)(at + 8)..]);
            }
        }

        public int FindVersionNeed(ReadOnlySpan<byte> file, string version)
        {
            if (!dynamic.TryGetValue(VersionNeeds, out var address))
                return -1;
            var need = Offset(address);
            for (var i = 0UL; i < dynamic.GetValueOrDefault(VersionNeedCount); i++)
            {
                var entries = BinaryPrimitives.ReadUInt16LittleEndian(file[(need + 2)..]);
                var entry = need + (int)BinaryPrimitives.ReadUInt32LittleEndian(file[(need + 8)..]);
                for (var j = 0; j < entries; j++)
                {
                    if (Text(file, BinaryPrimitives.ReadUInt32LittleEndian(file[(entry + 8)..])) == version)
                        return entry;
                    entry += (int)BinaryPrimitives.ReadUInt32LittleEndian(file[(entry + 12)..]);
                }
                need += (int)BinaryPrimitives.ReadUInt32LittleEndian(file[(need + 12)..]);
            }
            return -1;
        }

        public List<string> SymbolsOfVersion(ReadOnlySpan<byte> file, ushort index)
        {
            // The dynamic symbol table has no stated length; linkers place the string table right after it.
            var symbols = Offset(dynamic[SymbolTable]);
            var versions = Offset(dynamic[VersionSymbols]);
            var count = (Offset(dynamic[StringTable]) - symbols) / 24;
            if (count <= 0)
                throw new InvalidDataException("The dynamic string table does not follow the symbol table.");
            var names = new List<string>();
            for (var i = 0; i < count; i++)
            {
                if ((BinaryPrimitives.ReadUInt16LittleEndian(file[(versions + 2 * i)..]) & 0x7fff) == index)
                    names.Add(Text(file, BinaryPrimitives.ReadUInt32LittleEndian(file[(symbols + 24 * i)..])));
            }
            return names;
        }

        private int Offset(ulong address)
        {
            foreach (var segment in segments)
            {
                if (address >= segment.Address && address < segment.Address + segment.Size)
                    return (int)(address - segment.Address + segment.Offset);
            }
            throw new InvalidDataException($"Address 0x{address:x} lies in no loaded segment of the library.");
        }

        private string Text(ReadOnlySpan<byte> file, uint at)
        {
            var tail = file[(Offset(dynamic[StringTable]) + (int)at)..];
            return Encoding.ASCII.GetString(tail[..tail.IndexOf((byte)0)]);
        }
    }
}
