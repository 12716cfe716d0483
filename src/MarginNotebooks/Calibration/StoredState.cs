using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>The tensors of a stored calibrator; every access checks what a damaged or foreign file could get wrong.</summary>
/// <param name="tensors">Tensors by name.</param>
public sealed class StoredState(IReadOnlyDictionary<string, Tensor> tensors)
{
    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>True when there is.</returns>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The tensor; it belongs to the file.</returns>
    /// <exception cref="InvalidDataException">It is missing, or a value is not finite.</exception>
    public Tensor Get(string name)
    {
        if (!tensors.TryGetValue(name, out var tensor))
            throw new InvalidDataException($"it lacks the tensor '{name}'");
        using var scope = NewDisposeScope();
        if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
            throw new InvalidDataException($"the tensor '{name}' holds a value that is not finite");
        return tensor;
    }

    /// <summary>The numbers of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="count">How many there must be; null for any number.</param>
    /// <returns>The numbers, row-major.</returns>
    /// <exception cref="InvalidDataException">It is missing, has another type or size, or a value is not finite.</exception>
    public double[] Doubles(string name, long? count = null)
    {
        var tensor = Get(name);
        if (tensor.dtype != ScalarType.Float64 || (count is { } wanted && tensor.numel() != wanted))
            throw new InvalidDataException($"the tensor '{name}' is {tensor.dtype} of {tensor.numel()} values, not Float64 of {count}");
        return tensor.data<double>().ToArray();
    }
}
