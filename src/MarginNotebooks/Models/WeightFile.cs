using MarginNotebooks.Models.PyTorch;
using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Named weights from a file of the formats that the kit reads: safetensors, and state dictionaries of <c>torch.save</c>.</summary>
public sealed class WeightFile : IDisposable
{
    private readonly IDisposable file;

    private WeightFile(IDisposable file, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
        => (this.file, Tensors, Metadata) = (file, tensors, metadata);

    /// <summary>The tensors by name, on the CPU; they belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Texts stored beside them; PyTorch's files have none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file; its first bytes, not its name, tell the format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">New names; null to keep those of the file.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or of another format, or the name map does not fit it.</exception>
    public static WeightFile Read(string path, NameMap? names = null)
    {
        var (file, tensors, metadata) = Open(path);
        try
        {
            var named = names?.Apply(tensors.Keys).ToDictionary(pair => pair.Name, pair => tensors[pair.Saved]);
            return new(file, named ?? tensors, metadata);
        }
        catch (InvalidDataException e)
        {
            file.Dispose();
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose() => file.Dispose();

    private static (IDisposable File, IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Open(string path)
    {
        if (IsPyTorch(path))
        {
            var file = PyTorchFile.Read(path);
            return (file, file.Tensors, new Dictionary<string, string>());
        }
        var safe = SafeTensors.Read(path);
        return (safe, safe.Tensors, safe.Metadata);
    }

    // "PK" begins a zip file, 0x80 a pickle of protocol 2. A safetensors file begins with the length of its header, and has '{' in place 8.
    private static bool IsPyTorch(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return !(length == start.Length && start[8] == '{') && length >= 2 && (start[..2].SequenceEqual("PK"u8) || start[0] == 0x80);
    }
}
