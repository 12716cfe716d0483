using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// A convolution without bias whose kernel for each output channel is brought to mean 0 and variance 1 (ε 1e-5) before it is applied, with
/// zero padding that keeps the size, or with a stride s <c>⌈H/s⌉ × ⌈W/s⌉</c>. Source: Qiao et al., Weight Standardization, arXiv 1903.10520.
/// </summary>
internal sealed class StandardisedConvolution : Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    private readonly Parameter weight;
    private readonly long[] padding;
    private readonly long[] strides;

    internal StandardisedConvolution(int inputs, int outputs, int kernelSize, int stride, Generator generator)
        : base(nameof(StandardisedConvolution))
    {
        using var _ = no_grad();
        var bound = 1 / Math.Sqrt((double)inputs * kernelSize * kernelSize);
        weight = Parameter(empty(outputs, inputs, kernelSize, kernelSize).uniform_(-bound, bound, generator));
        (padding, strides) = ([kernelSize / 2, kernelSize / 2], [stride, stride]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        // In mixed precision the weight is bfloat16; mean and variance need more digits.
        var full = weight.to(ScalarType.Float32);
        var centred = full - full.mean([1, 2, 3], keepdim: true);
        // Held to the end of the call: TorchSharp lets the collector free a number that was converted on the way, while libtorch reads it.
        using Scalar epsilon = Epsilon, one = 1;
        var kernel = centred * centred.square().mean([1, 2, 3], keepdim: true).add(epsilon, one).rsqrt();
        var output = functional.conv2d(input, kernel.to(input.dtype), null, strides: strides, padding: padding);
        ConvolutionTally.Current?.Add(input, weight, output);
        return output.MoveToOuterDisposeScope();
    }
}
