using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>TransUNet's encoder: the ResNet, its pixels as tokens, the transformer layers.</summary>
internal sealed class VisionEncoder : Module
{
    private readonly TokenEmbeddings embeddings;
    private readonly Encoder encoder;

    internal VisionEncoder(TransUNetOptions options, (int Rows, int Columns) grid, Generator generator) : base(nameof(VisionEncoder))
    {
        embeddings = new TokenEmbeddings(options, grid, generator);
        encoder = new Encoder(options, generator);
        register_module(nameof(embeddings), embeddings);
        register_module(nameof(encoder), encoder);
    }

    /// <summary>The refined tokens as a map <c>(B, hidden, H/16, W/16)</c>, and the maps at 1/8, 1/4 and 1/2 of the size.</summary>
    internal (Tensor Tokens, IReadOnlyList<Tensor> Skips) Encode(Tensor images)
    {
        var (tokens, skips, rows, columns) = embeddings.Embed(images);
        var encoded = encoder.call(tokens); // (B, rows · columns, hidden)
        return (encoded.transpose(1, 2).reshape(encoded.shape[0], encoded.shape[2], rows, columns), skips);
    }

    /// <summary>Position embeddings for another grid: bilinear, corners kept. <c>(1, R·C, hidden)</c> → <c>(1, r·c, hidden)</c>.</summary>
    internal static Tensor Resized(Tensor positions, (int Rows, int Columns) from, (long Rows, long Columns) to)
    {
        if (from.Rows == to.Rows && from.Columns == to.Columns) return positions;
        var hidden = positions.shape[2];
        var map = positions.reshape(1, from.Rows, from.Columns, hidden).permute(0, 3, 1, 2);
        var resized = functional.interpolate(map, size: [to.Rows, to.Columns], mode: InterpolationMode.Bilinear, align_corners: true);
        return resized.permute(0, 2, 3, 1).reshape(1, to.Rows * to.Columns, hidden);
    }

    /// <summary>The ResNet's pixels, projected, with their positions added.</summary>
    private sealed class TokenEmbeddings : Module
    {
        private readonly Parameter position_embeddings;
        private readonly StandardisedResNet hybrid_model;
        private readonly Convolution patch_embeddings;
        private readonly (int Rows, int Columns) grid;
        private readonly double dropout;

        internal TokenEmbeddings(TransUNetOptions options, (int Rows, int Columns) grid, Generator generator) : base(nameof(TokenEmbeddings))
        {
            (this.grid, dropout) = (grid, options.Dropout);
            position_embeddings = Parameter(zeros(1, grid.Rows * grid.Columns, options.HiddenSize));
            hybrid_model = new StandardisedResNet(options.Width, options.BlockUnits, generator);
            patch_embeddings = new Convolution(16 * options.Width, options.HiddenSize, kernelSize: 1, generator);
            register_parameter(nameof(position_embeddings), position_embeddings);
            register_module(nameof(hybrid_model), hybrid_model);
            register_module(nameof(patch_embeddings), patch_embeddings);
        }

        internal (Tensor Tokens, IReadOnlyList<Tensor> Skips, long Rows, long Columns) Embed(Tensor images)
        {
            var (map, skips) = hybrid_model.Maps(images);
            var (rows, columns) = (map.shape[2], map.shape[3]);
            var tokens = patch_embeddings.call(map).flatten(2).transpose(1, 2); // (B, rows · columns, hidden)
            var placed = tokens + Resized(position_embeddings, grid, (rows, columns));
            return (functional.dropout(placed, dropout, training), skips, rows, columns);
        }
    }

    private sealed class Encoder : Module<Tensor, Tensor>
    {
        private readonly ModuleList<TransformerLayer> layer = [];
        private readonly LayerNorm encoder_norm;

        internal Encoder(TransUNetOptions options, Generator generator) : base(nameof(Encoder))
        {
            for (var i = 0; i < options.Layers; i++) layer.Add(new TransformerLayer(options, generator));
            encoder_norm = Layers.Fresh(LayerNorm(options.HiddenSize, eps: TransformerLayer.Epsilon));
            register_module(nameof(layer), layer);
            register_module(nameof(encoder_norm), encoder_norm);
        }

        public override Tensor forward(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            var x = tokens;
            foreach (var item in layer) x = item.call(x);
            return encoder_norm.call(x).MoveToOuterDisposeScope();
        }
    }
}
