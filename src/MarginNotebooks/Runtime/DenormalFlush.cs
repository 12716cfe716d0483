using System.Runtime.CompilerServices;

namespace MarginNotebooks.Runtime;

/// <summary>Treats denormal numbers as zero on the current thread until disposed; then the thread is as it was.</summary>
/// <remarks>The threads of .NET's pool do not inherit the setting from libtorch's: without it, the last digits of a result could depend on
/// which thread computed it, and denormals would cost time.</remarks>
internal readonly ref struct DenormalFlush
{
    private static readonly float[] s_tiny = [2e-38f]; // normal itself, a quarter of it is not
    private readonly bool _set;

    private DenormalFlush(bool set) => _set = set;

    internal static DenormalFlush Begin() => new(!IsOn() && TorchRuntime.FlushDenormals(true));

    /// <summary>Whether this thread flushes denormals: whether a product that would be one is zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool IsOn() => s_tiny[0] * 0.25f == 0;

    public void Dispose()
    {
        if (_set)
            TorchRuntime.FlushDenormals(false);
    }
}
