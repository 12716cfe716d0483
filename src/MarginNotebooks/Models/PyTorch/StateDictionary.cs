namespace MarginNotebooks.Models.PyTorch;

/// <summary>The named tensors of a checkpoint, and the names of what lies beside them.</summary>
internal sealed record StateDictionary(IReadOnlyList<KeyValuePair<string, TensorReference>> Tensors, IReadOnlyList<string> Others)
{
    // Where training programs put it, the more specific names first.
    private static readonly string[] Places =
        ["state_dict", "model_state_dict", "model_state", "network_weights", "model", "network", "net", "weights"];

    /// <summary>Finds the state dictionary in a file's value: the value itself, or one of its entries.</summary>
    /// <exception cref="InvalidDataException">There is none, or several and none under a usual name.</exception>
    internal static StateDictionary In(object? root)
    {
        if (root is not PickleDictionary dictionary)
            throw new InvalidDataException(
                $"its value is {(root is TensorReference ? "a single tensor" : "no dictionary")}; "
                + "save a state dictionary: torch.save(model.state_dict(), path)");
        if (Of(dictionary) is { } direct) return direct;
        var nested = dictionary.Items
            .Select(item => (Name: item.Key as string ?? "", Found: item.Value is PickleDictionary inner ? Of(inner) : null))
            .Where(item => item.Found is not null).ToList();
        var chosen = nested.Count == 1
            ? nested[0]
            : Places.Select(place => nested.FirstOrDefault(item => item.Name == place)).FirstOrDefault(item => item.Found is not null);
        if (chosen.Found is null)
            throw new InvalidDataException(nested.Count > 1
                ? $"it holds several state dictionaries ({string.Join(", ", nested.Select(item => item.Name))}); save the one meant alone"
                : $"it holds no state dictionary; its entries are {string.Join(", ", dictionary.Items.Take(8).Select(item => item.Key))}");
        return chosen.Found with
        {
            Others = [.. dictionary.Items.Select(item => $"{item.Key}").Where(name => name != chosen.Name), .. chosen.Found.Others],
        };
    }

    private static StateDictionary? Of(PickleDictionary dictionary)
    {
        var tensors = new List<KeyValuePair<string, TensorReference>>();
        var others = new List<string>();
        foreach (var (key, value) in dictionary.Items)
        {
            if (key is string name && value is TensorReference tensor) tensors.Add(new(name, tensor));
            else others.Add($"{key}");
        }
        return tensors.Count > 0 ? new(tensors, others) : null;
    }
}
