using MarginNotebooks.Reference;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// TransUNet with the encoder R50-ViT-B/16: a ResNet makes a map at 1/16 of the size, a vision transformer refines its pixels as tokens, and
/// a decoder brings them back to full size with the ResNet's maps as skip connections.
/// </summary>
/// <remarks>
/// ResNet: pre-activated bottleneck units with group norm (ε 1e-6) and weight-standardised convolutions; a max-pooling 3×3 by 2 without
/// padding, whose maps are completed with zeros at the bottom and the right where they serve as skips. Transformer: layers of
/// <c>x + attention(LN(x))</c> and <c>x + MLP(LN(x))</c>, ε 1e-6, GELU, learnt position embeddings. Decoder: up-sampling by 2 (bilinear,
/// corners kept), concatenation (decoder, skip), two times (convolution 3×3, batch norm, ReLU). One-channel images are repeated to three.
/// <para>Source: Chen et al., TransUNet, arXiv 2102.04306; Medical Image Analysis 97 (2024). Names and shapes are those of the network
/// that the paper of this kit compares (<c>transformer.embeddings.position_embeddings</c> … <c>segmentation_head.0.bias</c>); at widths
/// that 32 does not divide there are fewer groups of channels than 32.</para>
/// <para>Shapes: input <c>(B, C, H, W) float</c>, C 1 or 3, output <c>(B, K, H, W)</c> logits. Deviation: the original takes only square
/// images of the size it was made for. Here sizes that are no multiples of 16 are padded by repeating the last row and column, and at
/// another number of tokens the position embeddings are interpolated (bilinear, corners kept).</para>
/// </remarks>
[Reference(ReferenceKind.Backbone, "transunet", "TransUNet (R50-ViT-B/16)",
    Formula = "ResNet-50 to 1/16 of the size, 12 transformer layers over its pixels, decoder with three skips",
    Source = "Chen et al., arXiv 2102.04306; Medical Image Analysis 97 (2024)",
    Test = "TransUNetTests", Note = "105 million parameters; can start from the public ImageNet-21k weights R50+ViT-B_16.npz.")]
public sealed class TransUNet : SegmentationNetwork
{
    /// <summary>Its entry in <see cref="BackboneCatalog"/>.</summary>
    public static Backbone Backbone { get; } = new(
        "transunet", "TransUNet", PublishedFilters: 64,
        s => new TransUNet(s.InputChannels, s.Classes, s.Height, s.Width, TransUNetOptions.Scaled(s.Filters), s.Seed),
        "Chen et al., arXiv 2102.04306");

    private const int ColourChannels = 3;

    private readonly VisionEncoder transformer;
    private readonly Cup decoder;
    private readonly Sequential segmentation_head;

    /// <summary>Builds the network with the initialisation of the original's training from scratch.</summary>
    /// <param name="inputChannels">Image channels C: 1 or 3.</param>
    /// <param name="classes">Classes K, background included.</param>
    /// <param name="height">Rows of the images that the position embeddings are made for; rounded up to a multiple of 16.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="options">Dimensions; null for R50-ViT-B/16.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <exception cref="ArgumentException">Another number of channels, or impossible dimensions.</exception>
    public TransUNet(int inputChannels, int classes, int height, int width, TransUNetOptions? options = null, long seed = 1)
        : base(nameof(TransUNet), inputChannels)
    {
        if (inputChannels is not (1 or ColourChannels))
            throw new ArgumentException($"TransUNet takes images of 1 or 3 channels, not {inputChannels}.", nameof(inputChannels));
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Options = (options ?? new()).Validated();
        const int patch = TransUNetOptions.PatchSize;
        Grid = ((height + patch - 1) / patch, (width + patch - 1) / patch);

        using var generator = new Generator(unchecked((ulong)seed));
        transformer = new VisionEncoder(Options, Grid, generator);
        var w = Options.Width;
        int[] widths = [4 * w, 2 * w, w, Math.Max(1, w / 4)];
        decoder = new Cup(Options.HiddenSize, 8 * w, widths, [8 * w, 4 * w, w, 0], generator);
        segmentation_head = Sequential(("0", new Convolution(widths[^1], classes, kernelSize: 3, generator, keepsFloat32: true)));
        register_module(nameof(transformer), transformer);
        register_module(nameof(decoder), decoder);
        register_module(nameof(segmentation_head), segmentation_head);
    }

    /// <summary>Dimensions.</summary>
    public TransUNetOptions Options { get; }

    /// <summary>Rows and columns of tokens that the position embeddings are made for.</summary>
    public (int Rows, int Columns) Grid { get; }

    /// <summary>Logits of a batch of images.</summary>
    /// <param name="input">Images <c>(B, C, H, W) float</c>, any H and W.</param>
    /// <returns>Logits <c>(B, K, H, W)</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var frame = ImageFrame.Of(input, InputChannels, TransUNetOptions.PatchSize);
        var x = frame.Pad(input);
        // (B, 1, H, W) → (B, 3, H, W)
        if (InputChannels == 1) x = cat([x, x, x], 1);
        var (tokens, skips) = transformer.Encode(x);
        return frame.Crop(segmentation_head.call(decoder.Raise(tokens, skips))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Puts Google's ImageNet-21k weights into the encoder; the decoder keeps its own.
    /// </summary>
    /// <param name="path">The file <c>R50+ViT-B_16.npz</c>, from https://storage.googleapis.com/vit_models/imagenet21k/.</param>
    /// <remarks>
    /// Convolutions are stored as (height, width, in, out), matrices as (in, out), those of the attention with the heads as an axis of their
    /// own. The class token's position is left out; a grid of other size is interpolated (bilinear, corners kept).
    /// </remarks>
    /// <exception cref="InvalidDataException">The file is damaged, or lacks an array, or one has another size than this network's.</exception>
    public void LoadImageNet(string path)
    {
        using var arrays = NpzFile.Read(path);
        using var scope = NewDisposeScope();
        ModelWeights.CopyInto(TransUNetPretraining.Convert(arrays, transformer.state_dict(), Options, Grid, path), transformer.state_dict(), path);
    }

    /// <summary>From tokens to a map at full size.</summary>
    private sealed class Cup : Module
    {
        private readonly Sequential conv_more;
        private readonly ModuleList<CupBlock> blocks = [];

        internal Cup(int hidden, int head, int[] widths, int[] skips, Generator generator) : base(nameof(Cup))
        {
            conv_more = Layers.ConvNormRelu(hidden, head, generator, hasBias: false);
            for (var i = 0; i < widths.Length; i++)
                blocks.Add(new CupBlock((i == 0 ? head : widths[i - 1]) + skips[i], widths[i], generator));
            register_module(nameof(conv_more), conv_more);
            register_module(nameof(blocks), blocks);
        }

        internal Tensor Raise(Tensor tokens, IReadOnlyList<Tensor> skips)
        {
            var x = conv_more.call(tokens);
            for (var i = 0; i < blocks.Count; i++)
            {
                var raised = Layers.DoubledBilinear(x);
                x = blocks[i].call(i < skips.Count ? cat([raised, skips[i]], 1) : raised);
            }
            return x;
        }
    }

    private sealed class CupBlock : Module<Tensor, Tensor>
    {
        private readonly Sequential conv1;
        private readonly Sequential conv2;

        internal CupBlock(int inputs, int outputs, Generator generator) : base(nameof(CupBlock))
        {
            conv1 = Layers.ConvNormRelu(inputs, outputs, generator, hasBias: false);
            conv2 = Layers.ConvNormRelu(outputs, outputs, generator, hasBias: false);
            register_module(nameof(conv1), conv1);
            register_module(nameof(conv2), conv2);
        }

        public override Tensor forward(Tensor input)
        {
            using var hidden = conv1.call(input);
            return conv2.call(hidden);
        }
    }
}
