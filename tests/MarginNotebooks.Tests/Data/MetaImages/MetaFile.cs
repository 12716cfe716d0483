using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Tests.Data.MetaImages;

/// <summary>Writes MetaImages of every kind for tests.</summary>
internal static class MetaFile
{
    /// <summary>A header with the usual fields; <paramref name="more"/> replaces or adds some, an empty value removes one.</summary>
    public static string Header(int[] shape, string type, string dataFile, params (string Name, string Value)[] more)
    {
        var fields = new List<(string Name, string Value)>
        {
            ("ObjectType", "Image"), ("NDims", $"{shape.Length}"), ("BinaryData", "True"), ("BinaryDataByteOrderMSB", "False"),
            ("CompressedData", "False"), ("ElementSpacing", string.Join(' ', shape.Select((_, i) => (0.5 + i).ToString(CultureInfo.InvariantCulture)))),
            ("DimSize", string.Join(' ', shape)), ("ElementType", type),
        };
        foreach (var (name, value) in more)
        {
            fields.RemoveAll(field => field.Name == name);
            if (value.Length > 0)
                fields.Add((name, value));
        }
        return string.Concat(fields.Append(("ElementDataFile", dataFile)).Select(field => $"{field.Item1} = {field.Item2}\n"));
    }

    public static byte[] Bytes<T>(IEnumerable<T> values, bool bigEndian = false)
        where T : unmanaged
    {
        var bytes = new List<byte>();
        foreach (var value in values)
        {
            var one = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
            if (bigEndian)
                Array.Reverse(one);
            bytes.AddRange(one);
        }
        return [.. bytes];
    }

    public static byte[] Packed(byte[] bytes, bool gzip = false)
    {
        using var packed = new MemoryStream();
        using (Stream stream = gzip ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>The numbers 0, 1, 2, … as a type, times 3 less 40 (not less for unsigned types).</summary>
    public static T[] Ramp<T>(int count)
        where T : unmanaged, INumber<T>
    {
        var least = T.IsNegative(T.CreateTruncating(-1)) ? 40 : 0;
        return [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(i % 40 * 3 - least))];
    }

    /// <summary>A <c>.mhd</c> with its <c>.raw</c>.</summary>
    public static void Write<T>(string path, int[] shape, string type, IEnumerable<T> values, params (string Name, string Value)[] more)
        where T : unmanaged
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var raw = Path.ChangeExtension(path, ".raw");
        File.WriteAllText(path, Header(shape, type, Path.GetFileName(raw), more));
        File.WriteAllBytes(raw, Bytes(values));
    }
}
