using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarginNotebooks.Runtime;
using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Named tensors and texts in one file, in the safetensors format.</summary>
/// <remarks>
/// Format: 8 bytes little-endian length N; N bytes of JSON, <c>{"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {text:
/// text}}</c>; then the row-major little-endian values. See https://github.com/huggingface/safetensors.
/// <para>The kit adds the text <c>sha256</c>: the hash of the JSON (with 64 zeros in place of the hash itself) followed by the values. It
/// is checked when present, so that a damaged file is noticed; other programs ignore it.</para>
/// </remarks>
public sealed class SafeTensors : IDisposable
{
    private const string HashKey = "sha256";
    private const long MaxHeader = 100_000_000;
    private static readonly string NoHash = new('0', 64);

    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F32", ScalarType.Float32, 4), ("F64", ScalarType.Float64, 8), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    private SafeTensors(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
        => (Tensors, Metadata) = (tensors, metadata);

    /// <summary>The tensors by name, on the CPU; they belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>The texts stored beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">File to write; its folder is created.</param>
    /// <param name="tensors">Tensors by name, on any device and in any memory layout.</param>
    /// <param name="metadata">Texts to store beside them.</param>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = tensors.Select(pair => (pair.Key, Value: pair.Value.detach().cpu().contiguous())).ToList();
        var header = Header(values, metadata);
        header = WithHash(header, NoHash, Hash(header, values));
        WholeFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, value) in values)
                if (value.numel() > 0) stream.Write(value.bytes);
        });
    }

    /// <summary>Reads a whole file and checks it.</summary>
    /// <param name="path">File to read.</param>
    /// <param name="requireHash">Whether a file without the kit's hash is refused; other programs write none.</param>
    /// <returns>Its tensors and texts.</returns>
    /// <exception cref="InvalidDataException">The file is truncated, damaged or not in this format; the message names it.</exception>
    public static SafeTensors Read(string path, bool requireHash = false)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            var header = ReadHeader(stream);
            var json = JsonNode.Parse(header)!.AsObject();
            var metadata = json["__metadata__"]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>()) ?? [];
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            metadata.Remove(HashKey, out var expected);
            if (expected is null && requireHash) throw new InvalidDataException("it holds no SHA-256 of its content");
            if (expected is not null)
                hash.AppendData(WithHash(header, expected, NoHash));

            var position = 0L;
            foreach (var (name, entry) in json.Where(pair => pair.Key != "__metadata__").OrderBy(pair => Begin(pair.Value!)))
            {
                var tensor = ReadTensor(stream, name, entry!, ref position);
                tensors.Add(name, tensor);
                if (tensor.numel() > 0) hash.AppendData(tensor.bytes);
            }
            if (stream.Position != stream.Length)
                throw new InvalidDataException($"{stream.Length - stream.Position} bytes follow the last tensor");
            if (expected is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) != expected)
                throw new InvalidDataException("its content does not match its SHA-256");
            return new SafeTensors(tensors, metadata);
        }
        // Damaged JSON can fail in as many ways as it has shapes.
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or FormatException
            or KeyNotFoundException or NullReferenceException or ArgumentException or EndOfStreamException or OverflowException)
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw new InvalidDataException(
                $"{path} cannot be read: {e.Message.TrimEnd('.')}. The file is damaged or not a safetensors file.", e);
        }
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
    }

    private static byte[] Header(List<(string Name, Tensor Value)> values, IReadOnlyDictionary<string, string>? metadata)
    {
        var texts = new JsonObject { [HashKey] = NoHash };
        foreach (var (key, text) in metadata ?? new Dictionary<string, string>()) texts[key] = text;
        var json = new JsonObject { ["__metadata__"] = texts };
        var offset = 0L;
        foreach (var (name, value) in values)
        {
            var type = Types.FirstOrDefault(t => t.Type == value.dtype);
            if (type.Name is null)
                throw new ArgumentException($"Tensor '{name}' has the type {value.dtype}, which safetensors cannot hold.");
            var end = offset + value.numel() * type.Size;
            json[name] = new JsonObject
            {
                ["dtype"] = type.Name,
                ["shape"] = new JsonArray([.. value.shape.Select(n => JsonValue.Create(n))]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }
        var text8 = Encoding.UTF8.GetBytes(json.ToJsonString());
        // The format asks for values aligned to 8 bytes: pad the JSON with spaces.
        return [.. text8, .. Enumerable.Repeat((byte)' ', (8 - text8.Length % 8) % 8)];
    }

    private static byte[] WithHash(byte[] header, string former, string hash) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(header).Replace(former, hash, StringComparison.Ordinal));

    private static string Hash(byte[] header, List<(string Name, Tensor Value)> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        foreach (var (_, value) in values)
            if (value.numel() > 0) hash.AppendData(value.bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] ReadHeader(Stream stream)
    {
        Span<byte> length = stackalloc byte[8];
        stream.ReadExactly(length);
        var n = BinaryPrimitives.ReadInt64LittleEndian(length);
        if (n < 2 || n > MaxHeader || n > stream.Length - 8)
            throw new InvalidDataException($"its header would be {n} bytes long, the file has {stream.Length}");
        var header = new byte[n];
        stream.ReadExactly(header);
        return header;
    }

    private static long Begin(JsonNode entry) => entry["data_offsets"]![0]!.GetValue<long>();

    private static Tensor ReadTensor(Stream stream, string name, JsonNode entry, ref long position)
    {
        var dtype = entry["dtype"]!.GetValue<string>();
        var type = Types.FirstOrDefault(t => t.Name == dtype);
        if (type.Name is null) throw new InvalidDataException($"tensor '{name}' has the unknown type '{dtype}'");
        var shape = entry["shape"]!.AsArray().Select(n => n!.GetValue<long>()).ToArray();
        if (shape.Any(n => n < 0)) throw new InvalidDataException($"tensor '{name}' has a negative size");
        var bytes = shape.Aggregate((long)type.Size, (product, n) => checked(product * n));
        var (begin, end) = (Begin(entry), entry["data_offsets"]![1]!.GetValue<long>());
        if (begin != position || end - begin != bytes || bytes > stream.Length - stream.Position)
            throw new InvalidDataException($"tensor '{name}' is said to lie at {begin}–{end}, which does not fit its shape or the file");
        position = end;
        var tensor = empty(shape, dtype: type.Type).DetachFromDisposeScope();
        if (bytes > 0) stream.ReadExactly(tensor.bytes);
        return tensor;
    }
}
