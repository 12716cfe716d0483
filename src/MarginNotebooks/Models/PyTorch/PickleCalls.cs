using static TorchSharp.torch;

namespace MarginNotebooks.Models.PyTorch;

/// <summary>The Python names that state dictionaries use, and what they mean here. There is no way to any other.</summary>
internal static class PickleCalls
{
    private static readonly Dictionary<string, ScalarType> Storages = new()
    {
        ["FloatStorage"] = ScalarType.Float32,
        ["DoubleStorage"] = ScalarType.Float64,
        ["HalfStorage"] = ScalarType.Float16,
        ["BFloat16Storage"] = ScalarType.BFloat16,
        ["LongStorage"] = ScalarType.Int64,
        ["IntStorage"] = ScalarType.Int32,
        ["ShortStorage"] = ScalarType.Int16,
        ["CharStorage"] = ScalarType.Int8,
        ["ByteStorage"] = ScalarType.Byte,
        ["BoolStorage"] = ScalarType.Bool,
    };

    private static readonly HashSet<string> Functions =
    [
        "collections.OrderedDict", "collections.defaultdict", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter", "torch.Size", "torch.device", "builtins.set", "__builtin__.set", "builtins.dict", "__builtin__.dict",
    ];

    // Numbers of NumPy, types and layouts: found in the training logs beside a state dictionary, and passed over.
    private static readonly HashSet<string> Passed =
    [
        "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype", "_codecs.encode", "torch.serialization._get_layout",
        "torch.float32", "torch.float64", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8",
        "torch.uint8", "torch.bool",
    ];

    /// <summary>A name, if it is one of those known.</summary>
    /// <exception cref="InvalidDataException">Any other name.</exception>
    internal static PickleGlobal Global(string module, string name)
    {
        var global = new PickleGlobal(module, name);
        if (Functions.Contains(global.ToString()) || Passed.Contains(global.ToString()) || (module == "torch" && Storages.ContainsKey(name)))
            return global;
        throw new InvalidDataException(
            $"it holds an object of Python's '{global}', and Python code is not run here. In Python, save the weights alone: "
            + "torch.save(model.state_dict(), 'weights.pth')");
    }

    /// <summary>The storage that a persistent id names: ("storage", type, key, device, count).</summary>
    internal static StorageReference Persistent(object? id) =>
        id is object?[] and ["storage", PickleGlobal { Module: "torch" } type, string key, string, long count, .. var rest]
        && Storages.TryGetValue(type.Name, out var scalar) && count >= 0
        // The older format can store a view of a storage; nothing has written one since 2018.
        && rest.All(item => item is null)
            ? new(key, scalar, count)
            : throw new InvalidDataException("it refers to a storage of an unknown form");

    /// <summary>The value of a call.</summary>
    internal static object? Call(PickleGlobal function, object?[] arguments) => (function.ToString(), arguments) switch
    {
        (var name, _) when Passed.Contains(name) => new PickleOpaque(name),
        ("collections.OrderedDict" or "builtins.dict" or "__builtin__.dict", []) => new PickleDictionary(),
        ("collections.OrderedDict" or "builtins.dict" or "__builtin__.dict", [List<object?> pairs]) => FromPairs(pairs),
        ("collections.defaultdict", _) => new PickleDictionary(),
        ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2",
            [StorageReference storage, long offset, object?[] shape, object?[] strides, ..])
            => new TensorReference(storage, offset, Longs(shape), Longs(strides)),
        ("torch._utils._rebuild_parameter", [TensorReference tensor, ..]) => tensor,
        ("torch.Size", [var size]) => size,
        ("torch.device" or "builtins.set" or "__builtin__.set", _) => new PickleOpaque(function.ToString()),
        _ => throw new InvalidDataException($"it calls '{function}' with arguments of an unknown form"),
    };

    private static PickleDictionary FromPairs(List<object?> pairs)
    {
        var dictionary = new PickleDictionary();
        foreach (var pair in pairs)
        {
            switch (pair)
            {
                case object?[] and [var key, var value]: dictionary.Set(key, value); break;
                case List<object?> and [var key, var value]: dictionary.Set(key, value); break;
                default: throw new InvalidDataException("a dictionary is made of something that is no pair");
            }
        }
        return dictionary;
    }

    private static long[] Longs(object?[] values) =>
        [.. values.Select(value => value is long number ? number : throw new InvalidDataException("a tensor's size is no integer"))];
}
