using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using MarginNotebooks.Models;
using MarginNotebooks.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>The number format in which a training step runs through the network. Loss, optimiser and stored weights are float32 always.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
public enum Precision
{
    /// <summary>Everything in float32.</summary>
    Float32,

    /// <summary>
    /// Mixed: the forward and the backward pass work on a bfloat16 copy of the weights; the weights themselves, Adam's moments and the loss
    /// are float32. Validation and exported weights are float32.
    /// </summary>
    BFloat16,

    /// <summary><see cref="BFloat16"/> where the device multiplies it in hardware, else <see cref="Float32"/>.</summary>
    Auto,
}

/// <summary>What the device in use makes of a <see cref="Precision"/>.</summary>
public static class Precisions
{
    /// <summary>Replaces <see cref="Precision.Auto"/> by the precision it stands for.</summary>
    /// <param name="precision">Precision asked for.</param>
    /// <param name="device">Device in use.</param>
    /// <returns><see cref="Precision.Float32"/> or <see cref="Precision.BFloat16"/>.</returns>
    public static Precision For(this Precision precision, Device device) => precision != Precision.Auto ? precision
        : HasFastBFloat16(device) ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Replaces <see cref="Precision.Auto"/> by a precision in which the network can be trained, too.</summary>
    /// <param name="precision">Precision asked for.</param>
    /// <param name="device">Device in use.</param>
    /// <param name="backbone">The network's entry in the catalog.</param>
    /// <returns><see cref="Precision.Float32"/> or <see cref="Precision.BFloat16"/>.</returns>
    public static Precision For(this Precision precision, Device device, Backbone backbone) =>
        precision == Precision.Auto && !backbone.BFloat16 ? Precision.Float32 : precision.For(device);

    /// <summary>
    /// Replaces <see cref="Precision.Auto"/> by a precision in which the network can compute: where the device has bfloat16, one image is
    /// tried.
    /// </summary>
    /// <param name="precision">Precision asked for.</param>
    /// <param name="model">The network, on the device; it is the same afterwards.</param>
    /// <param name="image">An image <c>(1, C, H, W) float32</c> on the device; asked for only when it is needed.</param>
    /// <param name="device">Device in use.</param>
    /// <returns>The precision, and why it is not bfloat16 although the device has it.</returns>
    internal static (Precision Precision, string? Reason) For(
        this Precision precision, nn.Module<Tensor, Tensor> model, Func<Tensor> image, Device device)
    {
        if (precision != Precision.Auto || precision.For(device) != Precision.BFloat16) return (precision.For(device), null);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var mode = model.training;
        model.eval();
        using var copy = new FlatParameters(model, MemoryLayout.Auto.For(device), Precision.BFloat16);
        try
        {
            copy.Use(Precision.BFloat16);
            model.call(image().to(ScalarType.BFloat16));
            return (Precision.BFloat16, null);
        }
        catch (ExternalException e)
        {
            return (Precision.Float32, e.Message.Split('\n')[0]);
        }
        finally
        {
            model.train(mode);
        }
    }

    /// <summary>
    /// Whether the device multiplies bfloat16 in hardware: a CPU with AVX-512-BF16 or AMX, a CUDA device of compute capability 8 or more.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <returns>False also where the kit cannot train in mixed precision for want of a function of libtorch.</returns>
    public static bool HasFastBFloat16(Device device) => TensorData.CanReplace && device.type switch
    {
        DeviceType.CPU => ProcessorFeatures.BFloat16 is not null,
        DeviceType.CUDA => CudaDriver.ComputeCapability(Math.Max(0, device.index)) is { Major: >= 8 },
        _ => false,
    };
}
