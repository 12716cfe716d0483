using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>How the kit trains: what is measured, and how to ask for it.</summary>
internal static class KitTraining
{
    /// <summary>The defaults, which leave precision and layout to the kit.</summary>
    public static TrainingOptions Options { get; } = new();

    /// <summary>Type of the numbers that convolutions multiply.</summary>
    public static ScalarType Type(TrainingOptions options) => ScalarType.Float32;

    /// <summary>Precision and layout in words.</summary>
    public static string Description(TrainingOptions options) =>
        $"{Precision(options)}, {(options.Layout.For(options.Device) == MemoryLayout.ChannelsLast ? "channels-last" : "contiguous")}";

    /// <summary>Precision in words.</summary>
    public static string Precision(TrainingOptions options) => Type(options) == ScalarType.Float32 ? "float32" : "bfloat16 with float32 master weights";

    /// <summary>Training on the GPU in a precision named as in <c>python/train_step.py</c>.</summary>
    /// <param name="variant"><c>tf32</c> or <c>bf16</c>.</param>
    /// <exception cref="NotAvailableException">There is no GPU here, or the kit does not train so.</exception>
    public static TrainingOptions OnGpu(string variant) => cuda.is_available()
        ? throw new NotAvailableException($"This version of the kit has no option for {variant} on a GPU.")
        : throw new NotAvailableException(
            "No GPU here. On a machine with one: LIBTORCH=…/torch/lib MARGIN_PYTHON=…/python3 margin bench --only train-gpu-tf32,train-gpu-bf16,train-gpu-acdc.");
}
