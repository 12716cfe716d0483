using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>
/// A square 2-D convolution with zero padding that keeps the size: <c>(B, in, H, W)</c> → <c>(B, out, H, W)</c>, or with a stride s
/// <c>(B, out, ⌈H/s⌉, ⌈W/s⌉)</c>.
/// </summary>
/// <remarks>
/// The initial values are those of PyTorch's <c>nn.Conv2d</c>: weight (Kaiming uniform, a = √5) and bias are both uniform within
/// 1/√fan-in. They are drawn from a generator of the caller's; TorchSharp's layer would draw them from the global one, which other
/// threads draw from too.
/// </remarks>
internal sealed class Convolution : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly long[] padding;
    private readonly long[] strides;

    internal Convolution(
        int inputs, int outputs, int kernelSize, Generator generator, bool keepsFloat32 = false, bool hasBias = true,
        (int Rows, int Columns)? stride = null) : base(nameof(Convolution))
    {
        KeepsFloat32 = keepsFloat32;
        using var _ = no_grad();
        var bound = 1 / Math.Sqrt((double)inputs * kernelSize * kernelSize);
        weight = Parameter(empty(outputs, inputs, kernelSize, kernelSize).uniform_(-bound, bound, generator));
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = Parameter(empty(outputs).uniform_(-bound, bound, generator));
            register_parameter(nameof(bias), bias);
        }
        padding = [kernelSize / 2, kernelSize / 2];
        strides = [stride?.Rows ?? 1, stride?.Columns ?? 1];
    }

    /// <summary>Whether the layer computes in float32 in mixed precision too, whatever it is given.</summary>
    internal bool KeepsFloat32 { get; }

    public override Tensor forward(Tensor input)
    {
        using var widened = KeepsFloat32 && input.dtype != weight.dtype ? input.to(weight.dtype) : null;
        var output = functional.conv2d(widened ?? input, weight, bias, strides: strides, padding: padding);
        ConvolutionTally.Current?.Add(input, weight, output);
        return output;
    }

    /// <summary>The convolution of <c>cat(enlarged low, skip)</c>, by whichever way is faster.</summary>
    /// <param name="low"><c>(B, in − skip, H/s, W/s)</c>; enlarged by its nearest neighbour.</param>
    /// <param name="skip"><c>(B, skip, H, W)</c>.</param>
    /// <param name="scale">s.</param>
    internal Tensor Joined(Tensor low, Tensor skip, int scale)
    {
        if (bias is not null && UpsampledConvolution.Pays(low, scale))
        {
            var output = UpsampledConvolution.Apply(low, skip, weight, bias, scale);
            var pairs = output.numel() * (low.shape[1] * UpsampledConvolution.TapsPerPixel(scale) + skip.shape[1] * weight.shape[2] * weight.shape[3]);
            ConvolutionTally.Current?.Add(low, weight, output, pairs);
            return output;
        }
        using var enlarged = functional.interpolate(low, scale_factor: [scale, scale], mode: InterpolationMode.Nearest);
        using var joined = cat([enlarged, skip], 1);
        return call(joined);
    }
}
