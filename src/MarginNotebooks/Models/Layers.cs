using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MarginNotebooks.Models;

/// <summary>Sequences of layers that carry the positions PyTorch's <c>nn.Sequential</c> gives them, and with them its names.</summary>
internal static class Layers
{
    /// <summary>Convolution 3×3, batch norm, ReLU: positions 0 to 2.</summary>
    internal static Sequential ConvNormRelu(int inputs, int outputs, Generator generator, bool hasBias) => Sequential(
        ("0", new Convolution(inputs, outputs, kernelSize: 3, generator, hasBias: hasBias)),
        ("1", Fresh(BatchNorm2d(outputs))), ("2", ReLU(inplace: true)));

    /// <summary>Convolution 1×1 with bias, batch norm: positions 0 and 1.</summary>
    internal static Sequential Projection(int inputs, int outputs, Generator generator) => Sequential(
        ("0", new Convolution(inputs, outputs, kernelSize: 1, generator)), ("1", Fresh(BatchNorm2d(outputs))));

    /// <summary>Sets a normalisation's scale to 1 and its shift to 0: TorchSharp leaves those of a group norm uninitialised.</summary>
    internal static T Fresh<T>(T norm) where T : Module
    {
        using var _ = no_grad();
        norm.get_parameter("weight")!.fill_(1);
        norm.get_parameter("bias")!.zero_();
        return norm;
    }

    /// <summary>Rows and columns doubled, bilinear with the corner pixels' centres kept in place (<c>align_corners=True</c>).</summary>
    internal static Tensor DoubledBilinear(Tensor map) => functional.interpolate(
        map, size: [map.shape[2] * 2, map.shape[3] * 2], mode: InterpolationMode.Bilinear, align_corners: true);
}
