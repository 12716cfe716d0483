using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// One level of the U-Net: two 3×3 convolutions, each with ReLU; the size stays. <c>(B, in, H, W)</c> → <c>(B, out, H, W)</c>.
/// </summary>
internal sealed class UNetBlock : Module<Tensor, Tensor>
{
    private readonly ConvRelu l1;
    private readonly ConvRelu l2;

    internal UNetBlock(int inputs, int outputs, Generator generator) : base(nameof(UNetBlock))
    {
        l1 = new ConvRelu(inputs, outputs, generator);
        l2 = new ConvRelu(outputs, outputs, generator);
        register_module(nameof(l1), l1);
        register_module(nameof(l2), l2);
    }

    public override Tensor forward(Tensor input)
    {
        using var hidden = l1.call(input);
        return l2.call(hidden);
    }

    /// <summary>The block on <c>cat(enlarged low, skip)</c>.</summary>
    internal Tensor Joined(Tensor low, Tensor skip, int scale)
    {
        using var hidden = l1.Joined(low, skip, scale);
        return l2.call(hidden);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            l1.Dispose();
            l2.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A 3×3 convolution with zero padding, then ReLU in place (neither backward pass needs the value before it).</summary>
internal sealed class ConvRelu : Module<Tensor, Tensor>
{
    private readonly Convolution conv;

    internal ConvRelu(int inputs, int outputs, Generator generator) : base(nameof(ConvRelu))
    {
        conv = new Convolution(inputs, outputs, kernelSize: 3, generator);
        register_module(nameof(conv), conv);
    }

    public override Tensor forward(Tensor input) => conv.call(input).relu_();

    internal Tensor Joined(Tensor low, Tensor skip, int scale) => conv.Joined(low, skip, scale).relu_();

    protected override void Dispose(bool disposing)
    {
        if (disposing) conv.Dispose();
        base.Dispose(disposing);
    }
}
