using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Weights of a network on disk, in the safetensors format that Python reads as well; PyTorch's own files are read too.</summary>
public static class ModelWeights
{
    /// <summary>Writes all parameters and buffers; the file appears whole or not at all.</summary>
    /// <param name="model">The network.</param>
    /// <param name="path">File to write, by habit <c>*.safetensors</c>.</param>
    /// <param name="metadata">Texts to keep with the weights, for example the epoch they come from.</param>
    public static void Save(nn.Module model, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(path, model.state_dict(), metadata);
    }

    /// <summary>Loads weights into a network of the same names and shapes, in place; its device and memory layout stay.</summary>
    /// <param name="model">The network.</param>
    /// <param name="path">File written by <see cref="Save"/>, by Python's safetensors or by <c>torch.save(model.state_dict(), path)</c>.</param>
    /// <param name="names">New names for the weights in the file; null when they are those of the network.</param>
    /// <returns>The texts stored with the weights.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or its names or shapes are not those of the network.</exception>
    public static IReadOnlyDictionary<string, string> Load(nn.Module model, string path, NameMap? names = null)
    {
        using var file = WeightFile.Read(path, names);
        using var scope = NewDisposeScope();
        CopyInto(file.Tensors, model.state_dict(), path);
        return file.Metadata;
    }

    internal static void CopyInto(SafeTensors file, nn.Module model, string path)
    {
        using var scope = NewDisposeScope();
        CopyInto(file.Tensors, model.state_dict(), path);
    }

    /// <summary>Copies values by name; nothing is changed unless every name and shape agrees.</summary>
    internal static void CopyInto(IReadOnlyDictionary<string, Tensor> source, IReadOnlyDictionary<string, Tensor> target, string path)
    {
        var problems = target.Keys.Except(source.Keys).Select(name => $"{name} is missing")
            .Concat(source.Keys.Except(target.Keys).Select(name => $"{name} is not in the network"))
            .Concat(from name in target.Keys.Intersect(source.Keys)
                    let wanted = target[name].shape
                    let found = source[name].shape
                    where !wanted.SequenceEqual(found)
                    select $"{name} is ({string.Join(", ", found)}), the network has ({string.Join(", ", wanted)})")
            .ToList();
        if (problems.Count > 0)
            throw new InvalidDataException(
                $"The weights in {path} do not fit the network: {string.Join("; ", problems.Take(3))}"
                + (problems.Count > 3 ? $"; and {problems.Count - 3} more." : ".")
                + (target.Keys.ToHashSet().SetEquals(source.Keys) ? ""
                    : " Weights saved under other names load with a name map, a JSON file {\"their name\": \"our name\"}; see NameMap."));
        using var _ = no_grad();
        foreach (var (name, tensor) in target)
            tensor.copy_(source[name]);
    }
}
