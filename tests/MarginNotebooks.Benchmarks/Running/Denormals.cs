using System.Runtime.InteropServices;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Benchmarks.Running;

/// <summary>Switches the flushing of denormal numbers, which the kit turns on, off again: for the comparison only.</summary>
internal static class Denormals
{
    /// <summary>Lets the calling thread, and worker threads that it starts afterwards, compute with denormals.</summary>
    /// <exception cref="NotAvailableException">This libtorch does not export the switch.</exception>
    public static unsafe void Keep()
    {
        var folder = TorchRuntime.EnsureLoaded().Folder;
        if (folder is null || !NativeLibrary.TryLoad(Path.Combine(folder, "libtorch_cpu.so"), out var library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var globalContext)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context16setFlushDenormalEb", out var setFlushDenormal))
            throw new NotAvailableException("This libtorch does not export the switch for denormal numbers.");
        ((delegate* unmanaged<nint, byte, byte>)setFlushDenormal)(((delegate* unmanaged<nint>)globalContext)(), 0);
    }
}
