using System.Text.Json.Serialization;
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
