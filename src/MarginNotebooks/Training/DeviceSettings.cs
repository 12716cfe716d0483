using MarginNotebooks.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>What every computation of the kit sets up on its thread and its device.</summary>
internal static class DeviceSettings
{
    /// <summary>
    /// Flushes denormals on this thread; on CUDA also allows TF32, the tensor cores' 19-bit format for float32 products, and lets cuDNN
    /// choose its algorithms by timing them.
    /// </summary>
    /// <param name="device">Device in use.</param>
    internal static void Apply(Device device)
    {
        TorchRuntime.EnsureLoaded();
        // The setting belongs to the thread, and decides digits: every run makes sure of it.
        TorchRuntime.FlushDenormals();
        if (device.type != DeviceType.CUDA) return;
        backends.cuda.matmul.allow_tf32 = true;
        backends.cudnn.allow_tf32 = true;
        TorchRuntime.BenchmarkCuDnn();
    }
}
