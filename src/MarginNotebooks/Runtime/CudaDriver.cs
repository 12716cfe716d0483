using System.Runtime.InteropServices;

namespace MarginNotebooks.Runtime;

/// <summary>The two questions to the CUDA driver that TorchSharp has no call for. Without a driver every answer is null.</summary>
internal static unsafe class CudaDriver
{
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    private static readonly Lazy<nint> Library = new(() =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var library)
        && NativeLibrary.TryGetExport(library, "cuInit", out var init) && ((delegate* unmanaged<uint, int>)init)(0) == 0
            ? library : 0);

    /// <summary>Compute capability of a device, for example 8.0 for Ampere.</summary>
    /// <param name="index">Number of the device.</param>
    /// <returns>Major and minor number; null without a driver or such a device.</returns>
    public static (int Major, int Minor)? ComputeCapability(int index)
    {
        if (Find("cuDeviceGet") is not { } get || Find("cuDeviceGetAttribute") is not { } ask)
            return null;
        var attribute = (delegate* unmanaged<int*, int, int, int>)ask;
        int device, major, minor;
        return ((delegate* unmanaged<int*, int, int>)get)(&device, index) == 0
            && attribute(&major, ComputeCapabilityMajor, device) == 0 && attribute(&minor, ComputeCapabilityMinor, device) == 0
            ? (major, minor) : null;
    }

    /// <summary>Free memory of the device that libtorch uses on this thread; it must have used it before.</summary>
    /// <returns>Bytes; null without a driver or before first use.</returns>
    public static long? FreeMemory()
    {
        nuint free, total;
        return Find("cuMemGetInfo_v2") is { } ask && ((delegate* unmanaged<nuint*, nuint*, int>)ask)(&free, &total) == 0 ? (long)free : null;
    }

    private static nint? Find(string name) =>
        Library.Value != 0 && NativeLibrary.TryGetExport(Library.Value, name, out var address) ? address : null;
}
