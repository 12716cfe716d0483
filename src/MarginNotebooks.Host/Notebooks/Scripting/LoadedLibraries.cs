using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>Lets the runtime find assemblies and native libraries that notebooks referenced, wherever they lie.</summary>
/// <remarks>They are loaded beside the program's own, so that a type exists once; what the program has itself always wins.</remarks>
public sealed class LoadedLibraries : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _assemblies = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _natives = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<AssemblyDependencyResolver> _resolvers = [];

    /// <summary>Starts answering the runtime's questions.</summary>
    public LoadedLibraries()
    {
        AssemblyLoadContext.Default.Resolving += ResolveAssembly;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveNative;
    }

    /// <summary>Adds what a package restore brought.</summary>
    /// <param name="assets">Files of the packages.</param>
    public void Add(RestoredAssets assets)
    {
        lock (_gate)
        {
            foreach (var file in assets.Assemblies)
                _assemblies.TryAdd(Path.GetFileNameWithoutExtension(file), file);
            foreach (var file in assets.NativeLibraries)
                _natives.TryAdd(Path.GetFileName(file), file);
        }
    }

    /// <summary>Adds an assembly file, with what its <c>.deps.json</c> and its folder hold.</summary>
    /// <param name="path">Absolute path of the assembly.</param>
    public void Add(string path)
    {
        lock (_gate)
        {
            _assemblies.TryAdd(Path.GetFileNameWithoutExtension(path), path);
            _resolvers.Add(new AssemblyDependencyResolver(path));
            foreach (var neighbour in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.dll"))
                _assemblies.TryAdd(Path.GetFileNameWithoutExtension(neighbour), neighbour);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AssemblyLoadContext.Default.Resolving -= ResolveAssembly;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll -= ResolveNative;
    }

    private Assembly? ResolveAssembly(AssemblyLoadContext context, AssemblyName name)
    {
        lock (_gate)
        {
            var path = _resolvers.Select(resolver => resolver.ResolveAssemblyToPath(name)).FirstOrDefault(File.Exists)
                ?? _assemblies.GetValueOrDefault(name.Name ?? "");
            return path is null ? null : context.LoadFromAssemblyPath(path);
        }
    }

    private IntPtr ResolveNative(Assembly assembly, string name)
    {
        lock (_gate)
        {
            var path = _resolvers.Select(resolver => resolver.ResolveUnmanagedDllToPath(name)).FirstOrDefault(File.Exists)
                ?? Spellings(name).Select(spelling => _natives.GetValueOrDefault(spelling)).FirstOrDefault(File.Exists);
            return path is null ? IntPtr.Zero : NativeLibrary.Load(path);
        }
    }

    /// <summary>A library asked for as <c>foo</c> is <c>libfoo.so</c>, <c>libfoo.dylib</c> or <c>foo.dll</c> on disk.</summary>
    private static string[] Spellings(string name) =>
        [name, $"lib{name}.so", $"{name}.so", $"lib{name}", $"lib{name}.dylib", $"{name}.dylib", $"{name}.dll"];
}
