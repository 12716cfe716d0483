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
