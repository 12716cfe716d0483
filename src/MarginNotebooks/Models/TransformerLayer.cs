using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// A layer of the vision transformer, normalised before each half: <c>x + attention(LN(x))</c>, then <c>x + MLP(LN(x))</c>.
/// <c>(B, N, hidden)</c> → the same.
/// </summary>
/// <remarks>
/// Attention with h heads of size d = hidden / h: <c>softmax(QKᵀ/√d) V</c>; MLP: linear, GELU, dropout, linear, dropout. Initial values as in
/// the original: the MLP's matrices Xavier uniform, its biases normal with σ = 1e-6, the rest PyTorch's. Source: Dosovitskiy et al., An Image
/// is Worth 16x16 Words, ICLR 2021, arXiv 2010.11929.
/// </remarks>
internal sealed class TransformerLayer : Module<Tensor, Tensor>
{
    internal const double Epsilon = 1e-6;

    private readonly LayerNorm attention_norm;
    private readonly LayerNorm ffn_norm;
    private readonly Perceptron ffn;
    private readonly Attention attn;

    internal TransformerLayer(TransUNetOptions options, Generator generator) : base(nameof(TransformerLayer))
    {
        attention_norm = Layers.Fresh(LayerNorm(options.HiddenSize, eps: Epsilon));
        ffn_norm = Layers.Fresh(LayerNorm(options.HiddenSize, eps: Epsilon));
        ffn = new Perceptron(options, generator);
        attn = new Attention(options, generator);
        register_module(nameof(attention_norm), attention_norm);
        register_module(nameof(ffn_norm), ffn_norm);
        register_module(nameof(ffn), ffn);
        register_module(nameof(attn), attn);
    }

    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var x = tokens + attn.call(attention_norm.call(tokens));
        return (x + ffn.call(ffn_norm.call(x))).MoveToOuterDisposeScope();
    }

    private sealed class Attention : Module<Tensor, Tensor>
    {
        private readonly FullyConnected query;
        private readonly FullyConnected key;
        private readonly FullyConnected value;
        private readonly FullyConnected @out;
        private readonly int heads;

        internal Attention(TransUNetOptions options, Generator generator) : base(nameof(Attention))
        {
            heads = options.Heads;
            FullyConnected Square() => new(options.HiddenSize, options.HiddenSize, generator);
            (query, key, value, @out) = (Square(), Square(), Square(), Square());
            register_module(nameof(query), query);
            register_module(nameof(key), key);
            register_module(nameof(value), value);
            register_module("out", @out);
        }

        public override Tensor forward(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            var (batch, count, hidden) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
            // (B, N, hidden) → (B, heads, N, hidden / heads)
            Tensor Split(FullyConnected layer) => layer.call(tokens).view(batch, count, heads, hidden / heads).transpose(1, 2);
            var mixed = functional.scaled_dot_product_attention(Split(query), Split(key), Split(value));
            return @out.call(mixed.transpose(1, 2).reshape(batch, count, hidden)).MoveToOuterDisposeScope();
        }
    }

    private sealed class Perceptron : Module<Tensor, Tensor>
    {
        private readonly FullyConnected fc1;
        private readonly FullyConnected fc2;
        private readonly double dropout;

        internal Perceptron(TransUNetOptions options, Generator generator) : base(nameof(Perceptron))
        {
            dropout = options.Dropout;
            fc1 = new FullyConnected(options.HiddenSize, options.MlpSize, generator, xavier: true);
            fc2 = new FullyConnected(options.MlpSize, options.HiddenSize, generator, xavier: true);
            register_module(nameof(fc1), fc1);
            register_module(nameof(fc2), fc2);
        }

        public override Tensor forward(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            var hidden = functional.dropout(functional.gelu(fc1.call(tokens)), dropout, training);
            return functional.dropout(fc2.call(hidden), dropout, training).MoveToOuterDisposeScope();
        }
    }
}
