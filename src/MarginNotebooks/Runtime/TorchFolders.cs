using System.Reflection;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Runtime;

/// <summary>Where native libraries may lie: beside the assemblies, in a build output, or in the NuGet package folder.</summary>
internal static class TorchFolders
{
    /// <summary>NuGet's name of this system, for example <c>linux-x64</c>.</summary>
    public static string RuntimeId => (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");

    /// <summary>The first existing file of that name in the folders.</summary>
    /// <param name="folders">Folders to search, in order.</param>
    /// <param name="file">File name.</param>
    /// <returns>Its full path, or null.</returns>
    public static string? Find(IEnumerable<string> folders, string file) =>
        folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>Folders that may hold libtorch or TorchSharp's own native library, most specific first.</summary>
    /// <param name="torchSharp">The TorchSharp assembly, when it is loaded.</param>
    /// <returns>Existing folders, each once.</returns>
    public static IReadOnlyList<string> Candidates(Assembly? torchSharp)
    {
        var native = Path.Combine("runtimes", RuntimeId, "native");
        var bases = new List<string>();
        foreach (var assembly in new[] { typeof(TorchFolders).Assembly, torchSharp })
        {
            if (assembly is { Location.Length: > 0 })
                bases.Add(Path.GetDirectoryName(assembly.Location)!);
        }
        bases.Add(AppContext.BaseDirectory);

        var folders = new List<string>();
        foreach (var folder in bases)
        {
            folders.Add(Path.Combine(folder, native));
            folders.Add(folder);
        }
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string searched)
            folders.AddRange(searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        foreach (var root in PackageRoots(bases))
            folders.AddRange(PackageFolders(root, native));
        return folders.Select(Path.GetFullPath).Distinct().Where(Directory.Exists).ToList();
    }

    // An assembly used from the package folder lies in ROOT/package/version/lib/framework.
    private static IEnumerable<string> PackageRoots(IEnumerable<string> bases)
    {
        foreach (var folder in bases)
        {
            var lib = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder));
            if (lib is not null && Path.GetFileName(lib) == "lib")
                yield return Path.GetFullPath(Path.Combine(lib, "..", "..", ".."));
        }
        yield return Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
    }

    private static IEnumerable<string> PackageFolders(string root, string native)
    {
        if (!Directory.Exists(root))
            yield break;
        foreach (var pattern in new[] { "libtorch-cuda-*", "libtorch-cpu-*", "torchsharp" })
        {
            foreach (var package in Directory.EnumerateDirectories(root, pattern).Order(StringComparer.Ordinal))
            {
                // The kit was built against one libtorch: only that version's folder will do.
                foreach (var version in Directory.EnumerateDirectories(package).Where(path => IsWanted(pattern, Path.GetFileName(path))))
                    yield return Path.Combine(version, native);
            }
        }
    }

    private static bool IsWanted(string pattern, string version) =>
        version == (pattern == "torchsharp" ? KitVersions.TorchSharp : KitVersions.LibTorch);
}
