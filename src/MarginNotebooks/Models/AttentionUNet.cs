using MarginNotebooks.Reference;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// The Attention U-Net: a U-Net with batch norm whose skip connections are weighted, pixel by pixel, by a gate that sees both the skip and
/// the coarser decoder map.
/// </summary>
/// <remarks>
/// Widths are <c>filtersBase · (1, 2, 4, 8, 16)</c>; each level is two times (convolution 3×3, batch norm, ReLU), poolings are by 2,
/// up-sampling is nearest neighbour followed by (convolution 3×3, batch norm, ReLU), concatenation is (gated skip, decoder). The gate of a
/// skip x with the decoder map g is <c>x · σ(BN(ψ · ReLU(BN(W_g g) + BN(W_x x))))</c> with 1×1 convolutions and half as many inner
/// channels.
/// <para>Source: Oktay et al., Attention U-Net: Learning Where to Look for the Pancreas, MIDL 2018, arXiv 1804.03999. The details are those
/// of the network that the paper of this kit compares, and the names of parameters and buffers too (<c>Conv1.conv.0.weight</c> …
/// <c>Conv_1x1.bias</c>). There the gate sees the decoder's map after up-sampling, at the size of the skip, where the publication gates
/// with the coarser map; this network follows the former.</para>
/// <para>Shapes: input <c>(B, C, H, W) float</c>, output <c>(B, K, H, W)</c> logits. Sizes that are no multiples of 16 are padded by
/// repeating the last row and column, and the logits cropped.</para>
/// </remarks>
[Reference(ReferenceKind.Backbone, "attunet", "Attention U-Net",
    Formula = "U-Net with batch norm; skip x becomes x · σ(BN(ψ · ReLU(BN(W_g g) + BN(W_x x)))) with the decoder map g",
    Source = "Oktay et al., MIDL 2018, arXiv 1804.03999",
    Test = "AttentionUNetGoldenTests", Note = "Widths 64 to 1024 in the publication's comparison: 34.9 million parameters.")]
public sealed class AttentionUNet : SegmentationNetwork
{
    /// <summary>Its entry in <see cref="BackboneCatalog"/>.</summary>
    public static Backbone Backbone { get; } = new(
        "attunet", "Attention U-Net", PublishedFilters: 64, s => new AttentionUNet(s.InputChannels, s.Classes, s.Filters, s.Seed),
        "Oktay et al., MIDL 2018, arXiv 1804.03999");

    /// <summary>Height and width are padded to multiples of this: the product of all poolings.</summary>
    public const int SizeMultiple = 16;

    private const int Levels = 5;

    private readonly DoubleConvolution[] encoder;
    private readonly UpConvolution[] up;
    private readonly AttentionGate[] gates;
    private readonly DoubleConvolution[] decoder;
    private readonly Convolution last;

    /// <summary>Builds the network with PyTorch's default initialisation.</summary>
    /// <param name="inputChannels">Image channels C.</param>
    /// <param name="classes">Classes K, background included.</param>
    /// <param name="filtersBase">Width of the first level; 64 in the compared network.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    public AttentionUNet(int inputChannels, int classes, int filtersBase = 64, long seed = 1) : base(nameof(AttentionUNet), inputChannels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(filtersBase, 1);
        using var generator = new Generator(unchecked((ulong)seed));
        int[] widths = [.. Enumerable.Range(0, Levels).Select(level => filtersBase << level)];
        encoder = [.. widths.Select((width, i) => new DoubleConvolution(i == 0 ? inputChannels : widths[i - 1], width, generator))];
        for (var i = 0; i < Levels; i++) register_module($"Conv{i + 1}", encoder[i]);

        (up, gates, decoder) = (new UpConvolution[Levels - 1], new AttentionGate[Levels - 1], new DoubleConvolution[Levels - 1]);
        // Index i works at the size of encoder level i; its number in the names is one more than the level it comes from.
        for (var i = Levels - 2; i >= 0; i--)
        {
            up[i] = new UpConvolution(widths[i + 1], widths[i], generator);
            gates[i] = new AttentionGate(widths[i], Math.Max(1, widths[i] / 2), generator);
            decoder[i] = new DoubleConvolution(2 * widths[i], widths[i], generator);
            register_module($"Up{i + 2}", up[i]);
            register_module($"Att{i + 2}", gates[i]);
            register_module($"Up_conv{i + 2}", decoder[i]);
        }
        last = new Convolution(widths[0], classes, kernelSize: 1, generator, keepsFloat32: true);
        register_module("Conv_1x1", last);
    }

    /// <summary>Logits of a batch of images.</summary>
    /// <param name="input">Images <c>(B, C, H, W) float</c>, any H and W.</param>
    /// <returns>Logits <c>(B, K, H, W)</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var frame = ImageFrame.Of(input, InputChannels, SizeMultiple);
        var x = frame.Pad(input);
        var skips = new Tensor[Levels];
        for (var i = 0; i < Levels; i++)
            skips[i] = x = encoder[i].call(i == 0 ? x : functional.max_pool2d(x, 2));
        for (var i = Levels - 2; i >= 0; i--)
        {
            var raised = up[i].call(x);
            x = decoder[i].call(cat([gates[i].Gated(skips[i], raised), raised], 1));
        }
        return frame.Crop(last.call(x)).MoveToOuterDisposeScope();
    }


    /// <summary>Two times convolution 3×3, batch norm, ReLU; the size stays.</summary>
    private sealed class DoubleConvolution : Module<Tensor, Tensor>
    {
        private readonly Sequential conv;

        internal DoubleConvolution(int inputs, int outputs, Generator generator) : base(nameof(DoubleConvolution))
        {
            conv = Sequential(
                ("0", new Convolution(inputs, outputs, kernelSize: 3, generator)),
                ("1", Layers.Fresh(BatchNorm2d(outputs))),
                ("2", ReLU(inplace: true)),
                ("3", new Convolution(outputs, outputs, kernelSize: 3, generator)),
                ("4", Layers.Fresh(BatchNorm2d(outputs))),
                ("5", ReLU(inplace: true)));
            register_module(nameof(conv), conv);
        }

        public override Tensor forward(Tensor input) => conv.call(input);
    }

    /// <summary>Rows and columns doubled, then convolution 3×3, batch norm, ReLU.</summary>
    private sealed class UpConvolution : Module<Tensor, Tensor>
    {
        private readonly Sequential up;

        internal UpConvolution(int inputs, int outputs, Generator generator) : base(nameof(UpConvolution))
        {
            up = Sequential(
                ("0", Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest)),
                ("1", new Convolution(inputs, outputs, kernelSize: 3, generator)),
                ("2", Layers.Fresh(BatchNorm2d(outputs))),
                ("3", ReLU(inplace: true)));
            register_module(nameof(up), up);
        }

        public override Tensor forward(Tensor input) => up.call(input);
    }

    /// <summary>The weight of each pixel of a skip connection, applied.</summary>
    private sealed class AttentionGate : Module<Tensor, Tensor, Tensor>
    {
        private readonly Sequential W_g;
        private readonly Sequential W_x;
        private readonly Sequential psi;

        internal AttentionGate(int channels, int inner, Generator generator) : base(nameof(AttentionGate))
        {
            W_g = Layers.Projection(channels, inner, generator);
            W_x = Layers.Projection(channels, inner, generator);
            psi = Layers.Projection(inner, 1, generator);
            register_module(nameof(W_g), W_g);
            register_module(nameof(W_x), W_x);
            register_module(nameof(psi), psi);
        }

        public override Tensor forward(Tensor skip, Tensor gate) => Gated(skip, gate);

        internal Tensor Gated(Tensor skip, Tensor gate)
        {
            using var scope = NewDisposeScope();
            var inner = (W_g.call(gate) + W_x.call(skip)).relu_();
            return (skip * psi.call(inner).sigmoid()).MoveToOuterDisposeScope();
        }
    }
}
