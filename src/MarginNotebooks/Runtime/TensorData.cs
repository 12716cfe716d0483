using static TorchSharp.torch;

namespace MarginNotebooks.Runtime;

/// <summary>
/// PyTorch's <c>tensor.data = other</c>: a tensor takes over another's values, type and layout while every reference to it stays good.
/// TorchSharp has no such call; libtorch exports <c>at::TensorBase::set_data</c>.
/// </summary>
internal static unsafe class TensorData
{
    private static readonly Lazy<nint> SetData = new(() => TorchRuntime.FindExport(
        OperatingSystem.IsWindows() ? "?set_data@TensorBase@at@@QEBAXAEBV12@@Z" : "_ZNK2at10TensorBase8set_dataERKS0_"));

    /// <summary>Whether libtorch has the function.</summary>
    public static bool CanReplace => SetData.Value != 0;

    /// <summary>Gives a leaf other data; it must have no gradient at the time, since a gradient has its leaf's type.</summary>
    /// <param name="tensor">A leaf, for example a parameter.</param>
    /// <param name="data">A dense tensor on the same device; its storage is shared from now on.</param>
    /// <exception cref="NotSupportedException">This libtorch does not export the function.</exception>
    public static void Replace(Tensor tensor, Tensor data)
    {
        if (!CanReplace)
            throw new NotSupportedException(
                "This libtorch does not export at::TensorBase::set_data, which mixed precision needs: train with Precision.Float32.");
        // libtorch would throw through managed frames, which ends the process: check what it checks.
        if (tensor.device_type != data.device_type || tensor.device_index != data.device_index || tensor.grad is not null || data.requires_grad)
            throw new ArgumentException(
                $"A tensor on {tensor.device} cannot take over data on {data.device}, or one of them carries a gradient.", nameof(data));
        ((delegate* unmanaged<nint, nint, void>)SetData.Value)(tensor.Handle, data.Handle);
        GC.KeepAlive(tensor);
        GC.KeepAlive(data);
    }
}
