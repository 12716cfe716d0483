using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>How the kit trains when nobody says how: the choices that <see cref="TrainingOptions"/> leaves to it.</summary>
internal static class KitTraining
{
    /// <summary>The defaults.</summary>
    public static TrainingOptions Options { get; } = new();

    /// <summary>Type of the numbers that convolutions multiply.</summary>
    public static ScalarType Type(TrainingOptions options) => ScalarType.Float32;

    /// <summary>Precision and layout in words.</summary>
    public static string Description(TrainingOptions options) =>
        $"{Precision(options)}, {(options.Layout.For(options.Device) == MemoryLayout.ChannelsLast ? "channels-last" : "contiguous")}";

    /// <summary>Precision in words.</summary>
    public static string Precision(TrainingOptions options) => Type(options) == ScalarType.Float32 ? "float32" : "bfloat16 with float32 master weights";
}
