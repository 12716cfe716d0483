using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// A transposed convolution whose kernel is as large as its stride, so that each input pixel makes a block of its own:
/// <c>(B, in, H, W)</c> → <c>(B, out, r·H, c·W)</c>. Counted as the multiply-adds it takes: one for each input pixel, pair of channels and
/// output pixel of the block.
/// </summary>
internal sealed class TransposedConvolution : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] strides;

    internal TransposedConvolution(int inputs, int outputs, (int Rows, int Columns) stride, Generator generator)
        : base(nameof(TransposedConvolution))
    {
        using var _ = no_grad();
        // PyTorch counts the fan-in of a transposed convolution along its second axis.
        var bound = 1 / Math.Sqrt((double)outputs * stride.Rows * stride.Columns);
        weight = Parameter(empty(inputs, outputs, stride.Rows, stride.Columns).uniform_(-bound, bound, generator));
        bias = Parameter(empty(outputs).uniform_(-bound, bound, generator));
        strides = [stride.Rows, stride.Columns];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var output = functional.conv_transpose2d(input, weight, bias, strides: strides);
        ConvolutionTally.Current?.Add(input, weight, input);
        return output;
    }
}
