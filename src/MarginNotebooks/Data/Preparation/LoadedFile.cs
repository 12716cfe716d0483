using System.Security.Cryptography;
using MarginNotebooks.Data.MetaImages;

namespace MarginNotebooks.Data.Preparation;

/// <summary>A source file in memory, read once: its bytes, their checksum, and the data files that a MetaImage header names.</summary>
/// <param name="Name">Path below the source folder.</param>
/// <param name="Bytes">Content.</param>
/// <param name="Parts">Data files, by their names in the header.</param>
internal sealed record LoadedFile(string Name, byte[] Bytes, IReadOnlyDictionary<string, LoadedFile> Parts)
{
    /// <summary>The file and its checksum.</summary>
    public SourceFile Source { get; } = new(Name, Convert.ToHexStringLower(SHA256.HashData(Bytes)));

    /// <summary>Reads a file below a folder.</summary>
    /// <exception cref="IOException">It cannot be read. A data file that is missing is no error here but in decoding.</exception>
    public static LoadedFile Read(string folder, string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, name));
        var parts = new Dictionary<string, LoadedFile>();
        if (SourceVolume.IsMetaImage(name))
            foreach (var part in PartsOf(bytes, name))
            {
                // The header's names are relative to its own folder.
                var path = name[..(name.LastIndexOf('/') + 1)] + part;
                if (File.Exists(Path.Combine(folder, path)))
                    parts[part] = new LoadedFile(path, File.ReadAllBytes(Path.Combine(folder, path)), new Dictionary<string, LoadedFile>());
            }
        return new LoadedFile(name, bytes, parts);
    }

    /// <summary>Bytes of a data file.</summary>
    /// <exception cref="FileNotFoundException">It was not there.</exception>
    public byte[] OpenPart(string part) => Parts.TryGetValue(part, out var file) ? file.Bytes : throw new FileNotFoundException(null, part);

    private static IReadOnlyList<string> PartsOf(byte[] bytes, string name)
    {
        try
        {
            var (header, end) = MetaHeaderReader.Read(bytes, name);
            return MetaDataFiles.Of(header, bytes.AsSpan(end), name);
        }
        catch (InvalidDataException)
        {
            // Decoding says what is wrong with it.
            return [];
        }
    }
}
