using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Arrays that NumPy's <c>savez</c> wrote: a zip file of <c>.npy</c> entries.</summary>
/// <remarks>
/// Of the .npy format, versions 1 to 3, little-endian floats, integers and booleans are read, in row-major or column-major order; objects,
/// texts and structures are not. See https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
/// </remarks>
public sealed partial class NpzFile : IDisposable
{
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["<f4"] = ScalarType.Float32,
        ["<f8"] = ScalarType.Float64,
        ["<f2"] = ScalarType.Float16,
        ["<i8"] = ScalarType.Int64,
        ["<i4"] = ScalarType.Int32,
        ["<i2"] = ScalarType.Int16,
        ["|i1"] = ScalarType.Int8,
        ["|u1"] = ScalarType.Byte,
        ["|b1"] = ScalarType.Bool,
    };

    private NpzFile(IReadOnlyDictionary<string, Tensor> arrays) => Arrays = arrays;

    /// <summary>The arrays by name, on the CPU, contiguous; they belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> Arrays { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">An .npz file.</param>
    /// <returns>Its arrays.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else than arrays of numbers.</exception>
    public static NpzFile Read(string path)
    {
        var arrays = new Dictionary<string, Tensor>();
        try
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries)
            {
                var name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                using var stream = entry.Open();
                arrays.Add(name, ReadArray(stream, name, entry.Length));
            }
            return new NpzFile(arrays);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or OverflowException or ArgumentException)
        {
            foreach (var array in arrays.Values) array.Dispose();
            throw new InvalidDataException($"{path} cannot be read: {e.Message.TrimEnd('.')}. The file is damaged or not NumPy's .npz.", e);
        }
    }

    /// <summary>Disposes the arrays.</summary>
    public void Dispose()
    {
        foreach (var array in Arrays.Values) array.Dispose();
    }

    private static Tensor ReadArray(Stream stream, string name, long length)
    {
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (!start[..6].SequenceEqual(Magic)) throw new InvalidDataException($"the entry '{name}' is not an .npy array");
        var wide = start[6] >= 2;
        Span<byte> size = stackalloc byte[wide ? 4 : 2];
        stream.ReadExactly(size);
        var headerLength = wide ? BinaryPrimitives.ReadInt32LittleEndian(size) : BinaryPrimitives.ReadUInt16LittleEndian(size);
        if (headerLength < 0 || headerLength > length) throw new InvalidDataException($"the header of '{name}' is longer than its entry");
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var match = Header().Match(Encoding.UTF8.GetString(header));
        if (!match.Success || !Types.TryGetValue(match.Groups["type"].Value, out var type))
            throw new InvalidDataException($"'{name}' is not an array of little-endian numbers: {Encoding.UTF8.GetString(header).Trim()}");
        long[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        var columnMajor = match.Groups["fortran"].Value == "True";
        if (columnMajor) Array.Reverse(shape);
        // Checked before memory is asked for: the entry must be able to hold the array.
        if (shape.Aggregate(1L, (product, n) => checked(product * n)) > length)
            throw new InvalidDataException($"'{name}' is shorter than its shape ({string.Join(", ", shape)})");
        var values = empty(shape, dtype: type).DetachFromDisposeScope();
        try
        {
            if (values.numel() > 0) stream.ReadExactly(values.bytes);
            if (!columnMajor) return values;
            using var turned = values.permute([.. Enumerable.Range(0, shape.Length).Reverse().Select(axis => (long)axis)]);
            var packed = turned.contiguous().DetachFromDisposeScope();
            if (!ReferenceEquals(packed, values)) values.Dispose();
            return packed;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    [GeneratedRegex(@"^\{'descr':\s*'(?<type>[^']+)',\s*'fortran_order':\s*(?<fortran>True|False),\s*'shape':\s*\((?<shape>[\d,\s]*)\),?\s*\}")]
    private static partial Regex Header();
}
