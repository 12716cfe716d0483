using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>What a restore brought: assemblies to compile against and to load, and native libraries.</summary>
/// <param name="Assemblies">Assembly files.</param>
/// <param name="NativeLibraries">Shared libraries of this system.</param>
public sealed record RestoredAssets(IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeLibraries)
{
    /// <summary>Reads NuGet's <c>project.assets.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isProvided">Tells the packages that the running program has itself: theirs are left out.</param>
    /// <returns>Files for the restored system.</returns>
    /// <exception cref="FileNotFoundException">The packages are no longer where the restore put them.</exception>
    public static RestoredAssets Read(string path, Func<string, bool> isProvided)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        var folders = json["packageFolders"]!.AsObject().Select(folder => folder.Key).ToArray();
        // The target with a runtime identifier ("net10.0/linux-x64") comes with the right native files.
        var target = json["targets"]!.AsObject().OrderByDescending(candidate => candidate.Key.Contains('/')).First().Value!.AsObject();
        List<string> assemblies = [], natives = [];
        foreach (var (key, library) in target)
        {
            if ((string?)library!["type"] != "package" || isProvided(key.Split('/')[0]))
                continue;
            var root = (string)json["libraries"]![key]!["path"]!;
            assemblies.AddRange(Files(library["runtime"], root, folders).Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)));
            natives.AddRange(Files(library["native"], root, folders));
        }
        return new RestoredAssets(assemblies, natives);
    }

    private static IEnumerable<string> Files(JsonNode? assets, string root, string[] folders)
    {
        foreach (var (relative, _) in assets?.AsObject() ?? [])
        {
            // "_._" marks an empty folder.
            if (relative.EndsWith("/_._", StringComparison.Ordinal))
                continue;
            yield return folders.Select(folder => Path.Combine(folder, root, relative)).FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException($"The package file '{root}/{relative}' is gone.", relative);
        }
    }
}
