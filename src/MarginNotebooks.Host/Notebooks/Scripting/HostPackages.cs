using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>The packages that are part of the running program: notebooks that ask for one of them get it without any download.</summary>
public static class HostPackages
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> s_versions = new(ReadDependencies);

    /// <summary>The version that the running program has of a package; null when it has none.</summary>
    /// <param name="id">Package id, in any case.</param>
    /// <returns>Version.</returns>
    public static string? VersionOf(string id)
    {
        if (s_versions.Value.TryGetValue(id, out var version))
            return version;
        // Bundles that only bring libtorch, which the running program has already found, whichever backend it uses.
        return id.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase) || id.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase)
            ? s_versions.Value.GetValueOrDefault("TorchSharp")
            : null;
    }

    private static Dictionary<string, string> ReadDependencies()
    {
        var versions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var files = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        foreach (var file in files.Where(File.Exists))
        {
            foreach (var library in JsonNode.Parse(File.ReadAllText(file))?["libraries"]?.AsObject() ?? [])
            {
                var name = library.Key.Split('/');
                if (name.Length == 2)
                    versions.TryAdd(name[0], name[1]);
            }
        }
        return versions;
    }
}
