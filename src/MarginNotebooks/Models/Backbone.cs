using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>A kind of segmentation network that runs can name by a short key.</summary>
/// <param name="Key">Short machine-readable name, for example <c>attunet</c>; see <see cref="BackboneCatalog"/>.</param>
/// <param name="DisplayName">Name in tables and figures.</param>
/// <param name="PublishedFilters">Filters of the first level in the publication.</param>
/// <param name="Create">Makes a network with fresh weights, on the CPU, which the caller disposes. It takes images of any size.</param>
/// <param name="Source">Where the network was published.</param>
public sealed record Backbone(
    string Key, string DisplayName, int PublishedFilters, Func<BackboneSettings, nn.Module<Tensor, Tensor>> Create, string Source)
{
    /// <summary>Whether training steps can run in bfloat16; where not, <c>auto</c> chooses float32.</summary>
    public bool BFloat16 { get; init; } = true;

    /// <summary>Whether <see cref="BackboneSettings.Dropout"/> may be above 0.</summary>
    public bool TakesDropout { get; init; }
}

/// <summary>What a network must fit.</summary>
/// <param name="InputChannels">Image channels C.</param>
/// <param name="Classes">Classes K, background included.</param>
/// <param name="Filters">Filters of the first level; all other widths follow from it.</param>
/// <param name="Height">Rows of a training slice: decides the depth of nnU-Net and the position embeddings of TransUNet.</param>
/// <param name="Width">Columns of a training slice.</param>
/// <param name="Seed">Seed of the initial weights.</param>
/// <param name="Dropout">Rate of dropout while training; 0 for none. Networks that take none ignore it.</param>
public sealed record BackboneSettings(int InputChannels, int Classes, int Filters, int Height, int Width, long Seed = 1, double Dropout = 0);
