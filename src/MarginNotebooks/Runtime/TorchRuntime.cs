using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Runtime;

/// <summary>Finds and loads libtorch before TorchSharp looks for it, so that it works in tests, commands and notebooks alike.</summary>
/// <remarks>
/// Nothing is loaded when the kit is imported. The libraries are loaded when the TorchSharp assembly is first needed, or by
/// <see cref="EnsureLoaded"/>. The environment variable <c>LIBTORCH</c> may name a folder with libtorch's shared libraries (a PyTorch
/// installation's <c>torch/lib</c>) to use instead of the package's.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static TorchRuntimeReport? report;
    private static TorchUnavailableException? failure;
    private static nint torchCpu;

    /// <summary>How libtorch was loaded; null before it was.</summary>
    public static TorchRuntimeReport? Report => report;

    /// <summary>Why libtorch could not be loaded; null when it was, or when nothing tried yet.</summary>
    public static TorchUnavailableException? Failure => failure;

    /// <summary>Loads libtorch, once; later calls return at once.</summary>
    /// <returns>How it was loaded.</returns>
    /// <exception cref="TorchUnavailableException">It cannot be loaded; the message says what to do.</exception>
    public static TorchRuntimeReport EnsureLoaded()
    {
        lock (Gate)
        {
            if (report is null && failure is null)
            {
                try
                {
                    report = Load();
                }
                catch (TorchUnavailableException error)
                {
                    failure = error;
                }
                if (report is not null)
                    FlushDenormals();
            }
            return report ?? throw failure!;
        }
    }

    /// <summary>Makes arithmetic on the calling thread, and on the worker threads that it starts, treat denormal numbers as zero.</summary>
    /// <remarks>
    /// Denormals slow CPU training down severalfold once the loss is small. The setting belongs to a thread: whoever computes on a thread of its
    /// own calls this first. TorchSharp has no such call; libtorch exports <c>at::Context::setFlushDenormal</c>.
    /// </remarks>
    /// <returns>True when the processor supports it and it is now on.</returns>
    public static bool FlushDenormals() => FlushDenormals(true);

    /// <summary>Sets or clears the treatment of denormals on the calling thread.</summary>
    /// <returns>True when the processor took it.</returns>
    internal static unsafe bool FlushDenormals(bool on)
    {
        var (context, setFlushDenormal) = (GlobalContext(), FindExport("_ZN2at7Context16setFlushDenormalEb"));
        return context != 0 && setFlushDenormal != 0
            && ((delegate* unmanaged<nint, byte, byte>)setFlushDenormal)(context, on ? (byte)1 : (byte)0) != 0;
    }

    /// <summary>Lets cuDNN time its algorithms for each new shape and keep the fastest: PyTorch's <c>cudnn.benchmark = True</c>.</summary>
    /// <remarks>TorchSharp has no such call; libtorch exports <c>at::Context::setBenchmarkCuDNN</c>. Means nothing on a CPU.</remarks>
    /// <returns>True when it is now on.</returns>
    internal static unsafe bool BenchmarkCuDnn()
    {
        var (context, set) = (GlobalContext(), FindExport("_ZN2at7Context17setBenchmarkCuDNNEb"));
        if (context == 0 || set == 0)
            return false;
        ((delegate* unmanaged<nint, byte, void>)set)(context, 1);
        return true;
    }

    /// <summary>Address of a function that libtorch's CPU library exports.</summary>
    /// <param name="symbol">Its mangled name.</param>
    /// <returns>0 when it is not there.</returns>
    internal static nint FindExport(string symbol)
    {
        EnsureLoaded();
        return torchCpu != 0 && NativeLibrary.TryGetExport(torchCpu, symbol, out var address) ? address : 0;
    }

    private static unsafe nint GlobalContext() =>
        FindExport("_ZN2at13globalContextEv") is var get and not 0 ? ((delegate* unmanaged<nint>)get)() : 0;

#pragma warning disable CA2255 // A notebook calls TorchSharp directly; only a module initializer comes before that.
    [ModuleInitializer]
    internal static void Arm()
    {
        if (TorchSharpAssembly() is not null)
            TryLoad();
        else
            AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
            {
                if (loaded.LoadedAssembly.GetName().Name == "TorchSharp")
                    TryLoad();
            };
    }
#pragma warning restore CA2255

    // An exception must not leave the assembly-load event: it is kept, and EnsureLoaded throws it.
    private static void TryLoad()
    {
        try
        {
            EnsureLoaded();
        }
        catch (TorchUnavailableException)
        {
        }
    }

    private static Assembly? TorchSharpAssembly() =>
        AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == "TorchSharp");

    private static TorchRuntimeReport Load()
    {
        var requested = Environment.GetEnvironmentVariable("LIBTORCH");
        if (string.IsNullOrWhiteSpace(requested))
            requested = null;
        if (!OperatingSystem.IsLinux())
            return LoadElsewhere(requested);
        var folders = TorchFolders.Candidates(TorchSharpAssembly());
        return LinuxTorchLoader.Load(requested, folders, out torchCpu);
    }

    // Windows and macOS have no symbol versions: only a folder of the user's own needs help.
    private static TorchRuntimeReport LoadElsewhere(string? requested)
    {
        var extension = OperatingSystem.IsWindows() ? "torch_cpu.dll" : "libtorch_cpu.dylib";
        var folder = requested ?? Path.GetDirectoryName(TorchFolders.Find(TorchFolders.Candidates(TorchSharpAssembly()), extension));
        if (requested is not null && !File.Exists(Path.Combine(requested, extension)))
            throw new TorchUnavailableException($"LIBTORCH names '{requested}', which holds no {extension}: point it at a PyTorch installation's torch/lib.");
        if (folder is not null)
            NativeLibrary.TryLoad(Path.Combine(folder, extension), out torchCpu);
        return new TorchRuntimeReport(requested is null ? "TorchSharp's own search" : "LIBTORCH", folder, "-", null, "left to TorchSharp");
    }
}
