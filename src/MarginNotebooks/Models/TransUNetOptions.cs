namespace MarginNotebooks.Models;

/// <summary>Dimensions of <see cref="TransUNet"/>; the defaults are R50-ViT-B/16.</summary>
public sealed record TransUNetOptions
{
    /// <summary>Rows and columns of image that one token stands for.</summary>
    public const int PatchSize = 16;

    /// <summary>Width of the ResNet's first convolution; the decoder's widths follow from it too.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Units of the ResNet's three blocks.</summary>
    public IReadOnlyList<int> BlockUnits { get; init; } = [3, 4, 9];

    /// <summary>Size of a token.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Inner size of the transformer's perceptrons.</summary>
    public int MlpSize { get; init; } = 3072;

    /// <summary>Attention heads; their number divides <see cref="HiddenSize"/>.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Transformer layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Dropout after the embeddings and in the perceptrons, in training.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>The ResNet, the transformer and the decoder all narrower or wider by the same factor.</summary>
    /// <param name="width">Width of the ResNet's first convolution; 64 gives the published network.</param>
    /// <returns>The dimensions; depth and number of heads stay.</returns>
    public static TransUNetOptions Scaled(int width) => new() { Width = width, HiddenSize = 12 * width, MlpSize = 48 * width };

    /// <summary>Throws when no network has these dimensions.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public TransUNetOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MlpSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        if (BlockUnits.Count != 3 || BlockUnits.Any(units => units < 1))
            throw new ArgumentException($"BlockUnits is [{string.Join(", ", BlockUnits)}]; it must be three numbers of at least 1.", nameof(BlockUnits));
        if (HiddenSize < 1 || HiddenSize % Heads != 0)
            throw new ArgumentException($"HiddenSize is {HiddenSize}; it must be a positive multiple of Heads ({Heads}).", nameof(HiddenSize));
        if (Dropout is not (>= 0 and < 1))
            throw new ArgumentException($"Dropout is {Dropout}; it must be in [0, 1).", nameof(Dropout));
        return this;
    }
}
