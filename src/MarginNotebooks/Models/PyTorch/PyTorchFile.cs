using System.IO.Compression;
using System.Numerics;
using static TorchSharp.torch;

namespace MarginNotebooks.Models.PyTorch;

/// <summary>A state dictionary that <c>torch.save</c> wrote (<c>.pth</c>, <c>.pt</c>), read without Python.</summary>
/// <remarks>
/// Both forms are read: the zip file of PyTorch 1.6 and later (<c>data.pkl</c> and one entry a storage) and the plain file of earlier
/// versions. The dictionary may be the file's value itself or lie in it, as in <c>{"state_dict": …, "epoch": …}</c>; tensors elsewhere in
/// the file, an optimiser's for example, are not loaded. Names that all begin with <c>module.</c>, as <c>DataParallel</c> gives them, lose
/// that prefix. Python code in the file is never run: see <see cref="PickleReader"/>.
/// </remarks>
public sealed class PyTorchFile : IDisposable
{
    private const string ParallelPrefix = "module.";

    // The first number of a file of the older form.
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, null);

    private PyTorchFile(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyList<string> others) => (Tensors, Others) = (tensors, others);

    /// <summary>The tensors by name, on the CPU, contiguous, each with values of its own; they belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Names of entries beside the tensors that were passed over.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its state dictionary.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, holds no state dictionary, or holds Python objects; the message says what to do.
    /// </exception>
    public static PyTorchFile Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            var first = stream.ReadByte();
            stream.Position = 0;
            return first == 'P' ? FromZip(stream) : FromLegacy(stream);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"{path} cannot be read as a PyTorch file: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
    }

    private static PyTorchFile FromZip(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var pickle = zip.Entries.FirstOrDefault(entry => entry.Name == "data.pkl")
            ?? throw new InvalidDataException("it is a zip file without data.pkl");
        var folder = pickle.FullName[..^"data.pkl".Length];
        if (zip.GetEntry(folder + "byteorder") is { } order)
        {
            using var reader = new StreamReader(order.Open());
            if (reader.ReadToEnd().Trim() != "little") throw new InvalidDataException("its numbers are big-endian");
        }
        object? root;
        using (var content = new BufferedStream(pickle.Open())) root = PickleReader.Read(content);
        var found = StateDictionary.In(root);
        using var storages = new Storages();
        return Build(found, reference => storages.Get(reference, () =>
        {
            var entry = zip.GetEntry($"{folder}data/{reference.Key}") ?? throw new InvalidDataException($"it lacks the storage {reference.Key}");
            return (entry.Open(), entry.Length);
        }));
    }

    private static PyTorchFile FromLegacy(Stream stream)
    {
        if (PickleReader.Read(stream) is not BigInteger magic || magic != LegacyMagic)
            throw new InvalidDataException("it begins neither as a zip file nor as a file of earlier PyTorch versions");
        PickleReader.Read(stream); // protocol version
        PickleReader.Read(stream); // sizes of C's types on the machine that wrote it
        var found = StateDictionary.In(PickleReader.Read(stream));
        if (PickleReader.Read(stream) is not List<object?> keys) throw new InvalidDataException("it lacks the list of its storages");
        var wanted = found.Tensors.Select(pair => pair.Value.Storage).DistinctBy(storage => storage.Key).ToDictionary(storage => storage.Key);
        using var storages = new Storages();
        // The storages follow one another, each after its length in values; the type of one that no tensor here uses is unknown, so the
        // rest can be found only if it comes last.
        var left = wanted.Count;
        Span<byte> length = stackalloc byte[8];
        foreach (var key in keys.TakeWhile(_ => left > 0).Select(key => key as string ?? ""))
        {
            stream.ReadExactly(length);
            if (!wanted.TryGetValue(key, out var reference))
                throw new InvalidDataException(
                    "it holds more than a state dictionary, in the form of PyTorch before 1.6: save it again with torch.save(state_dict, path)");
            if (BitConverter.ToInt64(length) != reference.Count)
                throw new InvalidDataException($"the storage {key} has another length than its tensors say");
            storages.Get(reference, () => (new Borrowed(stream), null));
            left--;
        }
        if (left > 0) throw new InvalidDataException($"it lacks {left} storages");
        return Build(found, reference => storages.Get(reference, () => throw new InvalidDataException($"it lacks the storage {reference.Key}")));
    }

    private static PyTorchFile Build(StateDictionary found, Func<StorageReference, Tensor> storage)
    {
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            var parallel = found.Tensors.All(pair => pair.Key.StartsWith(ParallelPrefix, StringComparison.Ordinal));
            foreach (var (name, reference) in found.Tensors)
                tensors.Add(parallel ? name[ParallelPrefix.Length..] : name, View(storage(reference.Storage), reference, name));
            return new(tensors, found.Others);
        }
        catch
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>A tensor of its own with the values of a view.</summary>
    private static Tensor View(Tensor storage, TensorReference reference, string name)
    {
        var (shape, strides) = (reference.Shape, reference.Strides);
        // libtorch trusts these numbers: outside the storage it would read whatever lies there.
        if (shape.Length != strides.Length || shape.Any(n => n < 0) || strides.Any(n => n < 0) || reference.Offset < 0)
            throw new InvalidDataException($"the tensor '{name}' has an impossible size or stride");
        var last = checked(reference.Offset + shape.Zip(strides, (n, stride) => checked((Math.Max(n, 1) - 1) * stride)).Sum());
        if (shape.All(n => n > 0) && last >= reference.Storage.Count)
            throw new InvalidDataException($"the tensor '{name}' reaches beyond its storage");
        using var scope = NewDisposeScope();
        return (shape.Contains(0) ? empty(shape, dtype: storage.dtype) : storage.as_strided(shape, strides, reference.Offset).contiguous().clone())
            .DetachFromDisposeScope();
    }

    /// <summary>Storages that have been loaded; several tensors may be views of one.</summary>
    private sealed class Storages : IDisposable
    {
        private readonly Dictionary<string, Tensor> loaded = [];

        public Tensor Get(StorageReference reference, Func<(Stream Content, long? Length)> open)
        {
            if (loaded.TryGetValue(reference.Key, out var known))
                return known.dtype == reference.Type ? known : throw new InvalidDataException($"the storage {reference.Key} has two types");
            var (content, length) = open();
            using var _ = content;
            var tensor = empty([reference.Count], dtype: reference.Type).DetachFromDisposeScope();
            loaded.Add(reference.Key, tensor);
            var needed = reference.Count * tensor.element_size();
            if (length is { } bytes && bytes != needed)
                throw new InvalidDataException($"the storage {reference.Key} has {bytes} bytes, its {reference.Count} values need {needed}");
            if (reference.Count > 0) content.ReadExactly(tensor.bytes);
            return tensor;
        }

        public void Dispose()
        {
            foreach (var tensor in loaded.Values) tensor.Dispose();
        }
    }

    /// <summary>A stream that outlives its user.</summary>
    private sealed class Borrowed(Stream stream) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => stream.Length;
        public override long Position { get => stream.Position; set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);
        public override int Read(Span<byte> buffer) => stream.Read(buffer);
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
