namespace MarginNotebooks.Reference;

/// <summary>Finds the files that entries link, in a copy of the repository.</summary>
/// <param name="root">The repository's folder.</param>
internal sealed class ReferenceFiles(string root)
{
    private readonly ILookup<string, string> _sources = Files(root, "src");
    private readonly ILookup<string, string> _tests = Files(root, "tests");

    /// <summary>The file of an entry's type.</summary>
    /// <returns>Its path from the root, with forward slashes.</returns>
    /// <exception cref="FileNotFoundException">There is no file of that name.</exception>
    public string Source(ReferenceEntry entry) =>
        Only(
            _sources[entry.TypeName], Folder(entry.Type), $"The type {entry.CodeName} of the reference entry '{entry.Key}'", entry.TypeName,
            "src");

    /// <summary>The file of an entry's test class.</summary>
    /// <returns>Its path from the root, with forward slashes.</returns>
    /// <exception cref="FileNotFoundException">There is no file of that name.</exception>
    public string Test(ReferenceEntry entry) =>
        Only(
            _tests[entry.Test], Folder(entry.Type), $"The test {entry.Test} of the reference entry '{entry.Key}' ({entry.CodeName})", entry.Test,
            "tests");

    // Names are seldom shared; where they are, the one in the folder of the namespace is meant.
    private static string Only(IEnumerable<string> found, string folder, string what, string name, string below)
    {
        var all = found.ToArray();
        var near = Array.FindAll(all, path => path.Contains($"/{folder}/", StringComparison.Ordinal));
        return (all.Length, near.Length) switch
        {
            (1, _) => all[0],
            (_, 1) => near[0],
            (0, _) => throw new FileNotFoundException($"{what} should be in a file '{name}.cs' below '{below}', and there is none."),
            _ => throw new FileNotFoundException($"{what} could be in {string.Join(" or ", all)}: give one of them another name."),
        };
    }

    private static string Folder(Type type) => string.Join('/', type.Namespace!.Split('.').Skip(1));

    private static ILookup<string, string> Files(string root, string below)
    {
        var folder = Path.Combine(root, below);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(
                $"'{root}' is not the repository: it has no folder '{below}'. Run the command inside a copy of the repository.");
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/") && !path.Contains("/bin/"))
            .OrderBy(path => path, StringComparer.Ordinal)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal);
    }
}
