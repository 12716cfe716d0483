using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>The networks that runs can name, by key.</summary>
/// <example>A network of your own, for <c>RunConfiguration.Backbone</c>:
/// <code>BackboneCatalog.Add(new Backbone("mine", "My network", 16, s => new MyNetwork(s.InputChannels, s.Classes, s.Filters), "this notebook"));</code>
/// </example>
public static class BackboneCatalog
{
    /// <summary>The paper's network, which runs use when they name none.</summary>
    public const string Default = "unet";

    private static readonly Lock Gate = new();

    // One line a network; each lives in its own file.
    private static readonly List<Backbone> Known =
    [
        UNet.Backbone,
        AttentionUNet.Backbone,
        UNetPlusPlus.Backbone,
        UNetPlusPlus.DeeplySupervised,
        TransUNet.Backbone,
        NnUNet.Backbone,
    ];

    /// <summary>All networks, those of the kit first.</summary>
    public static IReadOnlyList<Backbone> All
    {
        get
        {
            lock (Gate) return [.. Known];
        }
    }

    /// <summary>Their keys.</summary>
    public static IReadOnlyList<string> Keys => [.. All.Select(backbone => backbone.Key)];

    /// <summary>Enters a network.</summary>
    /// <param name="backbone">The network; its key must be new.</param>
    /// <exception cref="ArgumentException">The key is taken or empty.</exception>
    public static void Add(Backbone backbone)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(backbone.Key);
        lock (Gate)
        {
            if (Known.Any(known => known.Key == backbone.Key))
                throw new ArgumentException($"There is a backbone '{backbone.Key}' already: choose another key.", nameof(backbone));
            Known.Add(backbone);
        }
    }

    /// <summary>The network of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <returns>The network.</returns>
    /// <exception cref="ArgumentException">Unknown key.</exception>
    public static Backbone Get(string key) => All.FirstOrDefault(backbone => backbone.Key == key)
        ?? throw new ArgumentException($"Unknown backbone '{key}'. Known: {string.Join(", ", Keys)}.", nameof(key));

    /// <summary>A network with fresh weights.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="settings">What it must fit.</param>
    /// <returns>The network; the caller disposes it.</returns>
    public static nn.Module<Tensor, Tensor> Create(string key, BackboneSettings settings) => Get(key).Create(settings);
}
