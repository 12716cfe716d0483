using System.Security.Cryptography;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Studies;

/// <summary>Weights that a run starts from.</summary>
public static class InitialWeights
{
    /// <summary>The hash by which a run knows its file again.</summary>
    /// <param name="path">The file.</param>
    /// <returns>SHA-256 in lower-case hexadecimal.</returns>
    public static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Puts them into a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Its weights (safetensors or PyTorch), or for TransUNet Google's <c>R50+ViT-B_16.npz</c>.</param>
    /// <param name="sha256">Hash that the file must have; null for any.</param>
    /// <exception cref="InvalidDataException">The file is another one, is damaged, or does not fit the network.</exception>
    public static void Load(nn.Module network, string path, string? sha256 = null)
    {
        if (sha256 is not null && Sha256(path) is var found && found != sha256)
            throw new InvalidDataException($"{path} is not the file that the run starts from: its SHA-256 is {found}, not {sha256}.");
        if (!path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            ModelWeights.Load(network, path);
        else if (network is TransUNet transUNet)
            transUNet.LoadImageNet(path);
        else
            throw new InvalidDataException($"{path}: .npz weights are for TransUNet alone, not for {network.GetName()}.");
    }
}
