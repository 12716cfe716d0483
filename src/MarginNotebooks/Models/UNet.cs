using MarginNotebooks.Reference;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// The U-Net of the paper: five levels of two 3×3 convolutions with ReLU, max-pooling by 2, 2, 2 and 4, nearest-neighbour up-sampling,
/// concatenation (up-sampled first, then the skip connection), a 1×1 convolution at the end; no batch norm, and dropout only where asked for.
/// </summary>
/// <remarks>
/// Widths are <c>filtersBase · (1, 2, 4, 8, 16)</c>. Parameter names and shapes are those of the authors' network
/// (<c>down.0.l1.conv.weight</c> … <c>conv_final.bias</c>), so that weights can be exchanged with it.
/// <para>Shapes: input <c>(B, C, H, W) float</c>, output <c>(B, K, H, W)</c> logits.</para>
/// <para>Deviation from the authors' code: theirs accepts only sizes that are multiples of 32. Here other sizes are padded at the bottom
/// and the right by repeating the last row and column, and the logits are cropped back; repeating, rather than zeros, adds no edge that
/// is not in the image. For multiples of 32 nothing is padded and the result is theirs.</para>
/// </remarks>
[Reference(ReferenceKind.Backbone, "unet", "U-Net",
    Formula = "encoder of 5 levels (2 × [conv 3×3, ReLU], max-pooling), decoder with nearest up-sampling and concatenated skips, conv 1×1",
    Source = "Ronneberger et al., MICCAI 2015, arXiv 1505.04597; in the form of Murugesan et al., MedIA 2023, arXiv 2209.09641",
    Test = "UNetGoldenTests", Note = "The paper's network: no batch norm, last pooling by 4, 32 filters at first, 7.8 million parameters.")]
public sealed class UNet : SegmentationNetwork
{
    /// <summary>Its entry in <see cref="BackboneCatalog"/>.</summary>
    public static Backbone Backbone { get; } = new(
        "unet", "U-Net", PublishedFilters: 32, s => new UNet(s.InputChannels, s.Classes, s.Filters, s.Seed, s.Dropout),
        "Ronneberger et al., MICCAI 2015, arXiv 1505.04597")
    { TakesDropout = true };

    /// <summary>Height and width are padded to multiples of this: the product of all poolings.</summary>
    public const int SizeMultiple = 32;

    private static readonly int[] Factors = [1, 2, 4, 8, 16];

    // Pooling before level i, and up-sampling after it.
    private static readonly int[] Scales = [1, 2, 2, 2, 4];

    private readonly ModuleList<UNetBlock> down = [];
    private readonly ModuleList<UNetBlock> up = [];
    private readonly Convolution conv_final;
    private readonly Dropout? dropout;

    /// <summary>Builds the network with PyTorch's default initialisation (Kaiming uniform, a = √5).</summary>
    /// <param name="inputChannels">Image channels C.</param>
    /// <param name="classes">Classes K, background included.</param>
    /// <param name="filtersBase">Width of the first level; the paper uses 32 (7.8 million parameters).</param>
    /// <param name="seed">Seed of the initial weights; they are those of PyTorch after <c>manual_seed(seed)</c>, drawn in the order of
    /// the state dict.</param>
    /// <param name="dropout">Rate of dropout behind the two deepest levels on the way down and the deepest on the way up, where Kendall et al. (Bayesian
    /// SegNet, BMVC 2017, arXiv 1511.02680) found it to work best; 0 for none. It has no parameters, and is off in evaluation mode.</param>
    public UNet(int inputChannels, int classes, int filtersBase = 32, long seed = 1, double dropout = 0) : base(nameof(UNet), inputChannels)
    {
        if (dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The rate of dropout must be from 0 to below 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(filtersBase, 1);
        (Classes, FiltersBase) = (classes, filtersBase);

        using var generator = new Generator(unchecked((ulong)seed));
        var widths = Factors.Select(factor => factor * filtersBase).ToArray();
        for (var i = 0; i < widths.Length; i++)
            down.Add(new UNetBlock(i == 0 ? inputChannels : widths[i - 1], widths[i], generator));
        for (var i = 0; i < widths.Length - 1; i++)
            up.Add(new UNetBlock(widths[i + 1] + widths[i], widths[i], generator));
        // Early in training the logits of a slice differ by less than bfloat16 can tell apart.
        conv_final = new Convolution(widths[0], classes, kernelSize: 1, generator, keepsFloat32: true);

        register_module(nameof(down), down);
        register_module(nameof(up), up);
        register_module(nameof(conv_final), conv_final);
        if (dropout > 0)
            register_module(nameof(dropout), this.dropout = nn.Dropout(dropout));
    }

    /// <summary>Classes K, background included.</summary>
    public int Classes { get; }

    /// <summary>Width of the first level.</summary>
    public int FiltersBase { get; }

    /// <summary>
    /// Builds the network that a weights file was saved from and loads it; the shape of the network is read from the weights.
    /// </summary>
    /// <param name="path">File written by <see cref="ModelWeights.Save"/> (safetensors).</param>
    /// <returns>The network, on the CPU.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or does not hold a U-Net.</exception>
    public static UNet Load(string path)
    {
        using var file = SafeTensors.Read(path);
        if (!file.Tensors.TryGetValue("down.0.l1.conv.weight", out var first) || first.ndim != 4
            || !file.Tensors.TryGetValue("conv_final.weight", out var last) || last.ndim != 4)
            throw new InvalidDataException($"{path} holds no U-Net: it lacks down.0.l1.conv.weight or conv_final.weight.");
        var network = new UNet((int)first.shape[1], (int)last.shape[0], (int)first.shape[0]);
        ModelWeights.CopyInto(file, network, path);
        return network;
    }

    /// <summary>Logits of a batch of images.</summary>
    /// <param name="input">Images <c>(B, C, H, W) float</c>, any H and W.</param>
    /// <returns>Logits <c>(B, K, H, W)</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var frame = ImageFrame.Of(input, InputChannels, SizeMultiple);
        var x = frame.Pad(input);
        var skips = new Tensor[Factors.Length - 1];
        for (var i = 0; i < Factors.Length; i++)
        {
            if (i > 0) x = functional.max_pool2d(x, Scales[i]);
            x = down[i].call(x);
            if (dropout is not null && i >= Factors.Length - 2) x = dropout.call(x);
            if (i < skips.Length) skips[i] = x;
        }
        for (var i = skips.Length - 1; i >= 0; i--)
        {
            x = up[i].Joined(x, skips[i], Scales[i + 1]);
            if (dropout is not null && i == skips.Length - 1) x = dropout.call(x);
        }
        return frame.Crop(conv_final.call(x)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            down.Dispose();
            up.Dispose();
            conv_final.Dispose();
            dropout?.Dispose();
        }
        base.Dispose(disposing);
    }
}
