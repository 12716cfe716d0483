using System.Reflection;

namespace MarginNotebooks.Runtime;

/// <summary>Versions of the kit and of the native libraries that it was built against.</summary>
public static class KitVersions
{
    /// <summary>Version of this library.</summary>
    public static string Kit { get; } = typeof(KitVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion ?? "unknown";

    /// <summary>Commit of the repository that this library was built from; null when it was built outside one.</summary>
    public static string? Commit { get; } = Kit.Split('+') is [_, var commit] ? commit : null;

    /// <summary>Version of TorchSharp that the kit was built against.</summary>
    public static string TorchSharp { get; } = Metadata("TorchSharpVersion");

    /// <summary>Version of libtorch that this TorchSharp was built against.</summary>
    public static string LibTorch { get; } = Metadata("LibTorchVersion");

    private static string Metadata(string key) => typeof(KitVersions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == key)?.Value ?? "unknown";
}
