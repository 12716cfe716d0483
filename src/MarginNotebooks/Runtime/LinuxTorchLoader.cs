using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MarginNotebooks.Runtime;

/// <summary>Loads libtorch and TorchSharp's library by absolute path on Linux, with the remedy for an older libstdc++.</summary>
internal static class LinuxTorchLoader
{
    private const string Bridge = "libLibTorchSharp.so";
    private const string NeededVersion = "GLIBCXX_3.4.32";
    private static readonly Version NeededLibstdcxx = new(3, 4, 32);

    // libstdc++ itself initialises the streams; programs built with GCC 13 name this marker but do not depend on the call.
    private static readonly HashSet<string> Dispensable = ["_ZSt21ios_base_library_initv"];

    public static TorchRuntimeReport Load(string? requested, IReadOnlyList<string> folders, out nint torchCpu)
    {
        var libstdcxx = Libstdcxx.Inspect();
        var libtorch = requested is null ? FromPackage(folders) : FromRequest(requested);
        var bridge = TorchFolders.Find(folders, Bridge) ?? throw new TorchUnavailableException(
            $"TorchSharp's native library {Bridge} is missing beside the program: reference the package TorchSharp {KitVersions.TorchSharp} and build again.");

        Open(Path.Combine(libtorch, "libc10.so"));
        torchCpu = Open(Path.Combine(libtorch, "libtorch_cpu.so"));
        var cuda = OpenCuda(libtorch);
        Open(Path.Combine(libtorch, "libtorch.so"));

        string? remedy = null;
        if (libstdcxx.Newest < NeededLibstdcxx)
        {
            var copy = RelaxedCopy(bridge);
            if (copy is not null)
            {
                remedy = $"libstdc++ {libstdcxx.Newest} is older than {NeededLibstdcxx}: loaded a copy of {Bridge} that asks for {NeededVersion} weakly ({copy})";
                bridge = copy;
            }
        }
        // Loaded now, so that TorchSharp later finds it by its soname.
        Open(bridge);
        return new TorchRuntimeReport(
            requested is null ? "package" : "LIBTORCH", libtorch, $"{libstdcxx.Path} ({libstdcxx.Newest})", remedy, cuda);
    }

    private static string FromRequest(string folder) => File.Exists(Path.Combine(folder, "libtorch_cpu.so"))
        ? Path.GetFullPath(folder)
        : throw new TorchUnavailableException(
            $"LIBTORCH names '{folder}', which holds no libtorch_cpu.so: point it at a PyTorch installation's torch/lib, or unset it to use the package.");

    private static string FromPackage(IReadOnlyList<string> folders) => TorchFolders.Find(folders, "libtorch_cpu.so") is { } file
        ? Path.GetDirectoryName(file)!
        : throw new TorchUnavailableException(
            $"libtorch is not here: reference the package libtorch-cpu-{TorchFolders.RuntimeId} {KitVersions.LibTorch}, or set LIBTORCH to a PyTorch installation's torch/lib.");

    private static string OpenCuda(string libtorch)
    {
        if (!File.Exists(Path.Combine(libtorch, "libtorch_cuda.so")))
            return "no CUDA build of libtorch (CPU only)";
        foreach (var file in new[] { "libc10_cuda.so", "libtorch_cuda.so" })
        {
            try
            {
                NativeLibrary.Load(Path.Combine(libtorch, file));
            }
            catch (DllNotFoundException error)
            {
                return $"{file} did not load, so only the CPU is used: {error.Message.Split('\n')[0].Trim()}";
            }
        }
        return "loaded";
    }

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            var reason = error.Message.Split('\n').FirstOrDefault(line => line.Contains(": ", StringComparison.Ordinal)) ?? error.Message;
            throw new TorchUnavailableException(
                $"'{path}' does not load ({reason.Trim()}): install what it misses, or set LIBTORCH to the torch/lib of a PyTorch {KitVersions.LibTorch} or later.", error);
        }
    }

    /// <summary>A copy of TorchSharp's library in the user's cache that an older libstdc++ can serve; the package's file stays as it is.</summary>
    /// <returns>Path of the copy, or null when the library does not ask for the newer version.</returns>
    private static string? RelaxedCopy(string bridge)
    {
        var library = File.ReadAllBytes(bridge);
        var name = Convert.ToHexStringLower(SHA256.HashData(library))[..16];
        try
        {
            if (!SymbolVersionPatch.MakeWeak(library, NeededVersion, Dispensable))
                return null;
        }
        catch (InvalidDataException error)
        {
            throw new TorchUnavailableException(
                $"{Bridge} needs a libstdc++ with {NeededVersion} (GCC 13): install a newer libstdc++6 ({error.Message})", error);
        }
        foreach (var root in CacheRoots())
        {
            try
            {
                return Store(Path.Combine(root, "margin-notebooks", "native", name), library);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A read-only home is common in containers: try the next place.
            }
        }
        throw new TorchUnavailableException(
            $"No folder could be written for the adapted copy of {Bridge}: make {string.Join(" or ", CacheRoots())} writable.");
    }

    private static string Store(string folder, byte[] library)
    {
        var target = Path.Combine(folder, Bridge);
        // Anyone may have left a file there: use it only if it is exactly what we would write.
        if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(library))
            return target;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $"{Bridge}.{Environment.ProcessId}.tmp");
        File.WriteAllBytes(temporary, library);
        File.Move(temporary, target, overwrite: true);
        return target;
    }

    private static IEnumerable<string> CacheRoots()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache)
            yield return cache;
        if (Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home)
            yield return Path.Combine(home, ".cache");
        yield return Path.GetTempPath();
    }
}
