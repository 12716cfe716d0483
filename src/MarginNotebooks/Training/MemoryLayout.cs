using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>
/// Order in memory of the values of images, feature maps and convolution weights. Shapes stay <c>(B, C, H, W)</c> in every layout.
/// </summary>
public enum MemoryLayout
{
    /// <summary>
    /// The faster one on the device in use: <see cref="ChannelsLast"/> on the CPU and on CUDA, <see cref="Contiguous"/> elsewhere.
    /// </summary>
    Auto,

    /// <summary>Row-major in the order of the shape: the columns of a row lie side by side.</summary>
    Contiguous,

    /// <summary>
    /// The channels of a pixel lie side by side, PyTorch's <c>channels_last</c>; oneDNN's and cuDNN's convolutions are faster this way.
    /// </summary>
    ChannelsLast,
}

/// <summary>Conversions between memory layouts, by strides: TorchSharp has no <c>memory_format</c> argument.</summary>
public static class MemoryLayouts
{
    /// <summary>Replaces <see cref="MemoryLayout.Auto"/> by the layout it stands for.</summary>
    /// <param name="layout">Layout asked for.</param>
    /// <param name="device">Device in use.</param>
    /// <returns><see cref="MemoryLayout.Contiguous"/> or <see cref="MemoryLayout.ChannelsLast"/>.</returns>
    public static MemoryLayout For(this MemoryLayout layout, Device device) => layout != MemoryLayout.Auto ? layout
        : device.type is TorchSharp.DeviceType.CPU or TorchSharp.DeviceType.CUDA ? MemoryLayout.ChannelsLast : MemoryLayout.Contiguous;

    /// <summary>The tensor in the layout; tensors that do not have four axes are made contiguous.</summary>
    /// <param name="tensor">Any tensor.</param>
    /// <param name="layout">Layout wanted; not <see cref="MemoryLayout.Auto"/>.</param>
    /// <returns>A fresh handle; the values are copied only where their order changes.</returns>
    public static Tensor ToLayout(this Tensor tensor, MemoryLayout layout)
    {
        if (layout != MemoryLayout.ChannelsLast || tensor.ndim != 4) return tensor.contiguous();
        using var rows = tensor.permute(0, 2, 3, 1);
        using var packed = rows.contiguous();
        return packed.permute(0, 3, 1, 2);
    }

    /// <summary>Rearranges a network's four-axis parameters in place, so that its convolutions work in the layout.</summary>
    /// <param name="model">The network; parameter objects, names, shapes and values stay.</param>
    /// <param name="layout">Layout wanted; not <see cref="MemoryLayout.Auto"/>.</param>
    public static void Arrange(nn.Module model, MemoryLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var parameter in model.parameters().Where(p => p.ndim == 4))
        {
            var arranged = parameter.ToLayout(layout);
            if (!arranged.stride().SequenceEqual(parameter.stride())) parameter.set_(arranged);
        }
    }
}
