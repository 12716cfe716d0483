namespace MarginNotebooks.Studies;

/// <summary>The folders that notebooks and commands work in, found from wherever they are started.</summary>
/// <param name="Root">The repository's folder, or the current one outside a repository.</param>
public sealed record Workspace(string Root)
{
    /// <summary>Prepared data: <c>MARGIN_DATA</c>, else <c>data</c> in the root.</summary>
    public string Data => Environment.GetEnvironmentVariable("MARGIN_DATA") is { Length: > 0 } folder ? Path.GetFullPath(folder) : Path.Combine(Root, "data");

    /// <summary>Records of finished runs that are part of the repository.</summary>
    public string Results => Path.Combine(Root, "notebooks", "results");

    /// <summary>Published figures that somebody transcribed, see <see cref="PublishedValues"/>.</summary>
    public string Published => Path.Combine(Root, "notebooks", "published");

    /// <summary>Checkpoints and weights, which are not.</summary>
    public string Runs => Path.Combine(Root, "out", "runs");

    /// <summary>An empty folder below <c>out</c> for the files of one notebook; what an earlier run left there is removed.</summary>
    /// <param name="name">Name of the folder: letters, digits, hyphens and underscores.</param>
    /// <returns>Its path from the current folder, so that messages name no place outside the repository.</returns>
    /// <exception cref="ArgumentException">The name has other characters.</exception>
    public string FreshFolder(string name)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"'{name}' is no name for a folder below out: use letters, digits, hyphens and underscores.", nameof(name));
        var folder = Path.Combine(Root, "out", name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return Path.GetRelativePath(Directory.GetCurrentDirectory(), folder);
    }

    /// <summary>Whether notebooks and studies run at their smallest meaningful size: <c>MARGIN_QUICK=1</c>.</summary>
    public static bool Quick => Environment.GetEnvironmentVariable("MARGIN_QUICK") is "1" or "true";

    /// <summary>Finds the root: the nearest folder upwards that holds <c>MarginNotebooks.sln</c>.</summary>
    /// <param name="start">Where to start; the current folder when null.</param>
    /// <returns>The workspace.</returns>
    public static Workspace Find(string? start = null)
    {
        var folder = Path.GetFullPath(start ?? Directory.GetCurrentDirectory());
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "MarginNotebooks.sln")))
                return new Workspace(at);
        }
        return new Workspace(folder);
    }
}
