using static TorchSharp.torch;

namespace MarginNotebooks.Models.PyTorch;

/// <summary>A name of something in a Python module. Only a name: nothing of that module is ever run.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A value that is of no use here, for example a NumPy number in a training log.</summary>
internal sealed record PickleOpaque(string What);

/// <summary>A Python dictionary, in the order of its insertions.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<object, int> places = [];

    public List<KeyValuePair<object, object?>> Items { get; } = [];

    public void Set(object? key, object? value)
    {
        if (key is null) throw new InvalidDataException("a dictionary has the key None");
        if (places.TryGetValue(key, out var place)) Items[place] = new(key, value);
        else
        {
            places.Add(key, Items.Count);
            Items.Add(new(key, value));
        }
    }
}

/// <summary>The values that tensors are views of, by the key under which the file keeps them.</summary>
/// <param name="Key">The key.</param>
/// <param name="Type">Type of the values.</param>
/// <param name="Count">How many.</param>
internal sealed record StorageReference(string Key, ScalarType Type, long Count);

/// <summary>A tensor: a strided view of a storage.</summary>
internal sealed record TensorReference(StorageReference Storage, long Offset, long[] Shape, long[] Strides);
