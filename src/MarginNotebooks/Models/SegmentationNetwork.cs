using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>Logits for every pixel of an image: <c>(B, C, H, W) float</c> → <c>(B, K, H, W)</c>, any H and W.</summary>
/// <param name="name">Name of the network.</param>
/// <param name="inputChannels">Image channels C.</param>
public abstract class SegmentationNetwork(string name, int inputChannels) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Image channels C.</summary>
    public int InputChannels { get; } = inputChannels;

    /// <summary>Parameters and buffers by name, in PyTorch's order: module by module, each module's buffers after its parameters.</summary>
    /// <param name="destination">Receives them; a new dictionary when null.</param>
    /// <param name="prefix">Put before every name, with a dot.</param>
    /// <returns>The dictionary.</returns>
    /// <remarks>TorchSharp's own order is all parameters first, then all buffers.</remarks>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        destination ??= [];
        Collect(this, string.IsNullOrEmpty(prefix) ? "" : $"{prefix}.", destination);
        return destination;
    }

    private static void Collect(nn.Module module, string prefix, Dictionary<string, Tensor> destination)
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false)) destination.TryAdd(prefix + name, parameter);
        foreach (var (name, buffer) in module.named_buffers(recurse: false)) destination.TryAdd(prefix + name, buffer);
        foreach (var (name, child) in module.named_children()) Collect(child, $"{prefix}{name}.", destination);
    }
}
