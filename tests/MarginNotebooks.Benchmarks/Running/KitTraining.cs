using MarginNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>How the kit trains: what is measured, and how to ask for it.</summary>
internal static class KitTraining
{
    /// <summary>Precision and layout left to the kit, on the CPU.</summary>
    public static TrainingOptions Options { get; } = new() { Precision = Training.Precision.Auto };

    /// <summary>Training on the GPU in a precision named as in <c>python/train_step.py</c>.</summary>
    /// <param name="variant"><c>tf32</c> or <c>bf16</c>.</param>
    /// <exception cref="NotAvailableException">There is no GPU here.</exception>
    public static TrainingOptions OnGpu(string variant) => cuda.is_available()
        ? new TrainingOptions { Device = CUDA, Precision = variant == "bf16" ? Training.Precision.BFloat16 : Training.Precision.Float32 }
        : throw new NotAvailableException(
            "No GPU here. On a machine with one: LIBTORCH=…/torch/lib MARGIN_PYTHON=…/python3 margin bench --only "
            + "train-gpu-tf32,train-gpu-bf16,train-gpu-acdc.");

    /// <summary>Type of the numbers that convolutions multiply.</summary>
    public static ScalarType Type(TrainingOptions options) =>
        options.Precision.For(options.Device) == Training.Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Precision and layout in words.</summary>
    public static string Description(TrainingOptions options) =>
        $"{Precision(options)}, {(options.Layout.For(options.Device) == MemoryLayout.ChannelsLast ? "channels-last" : "contiguous")}";

    /// <summary>Precision in words.</summary>
    public static string Precision(TrainingOptions options) => Type(options) == ScalarType.BFloat16 ? "bfloat16 with float32 master weights"
        : options.Device.type == DeviceType.CUDA ? "float32 with TF32 products" : "float32";
}
