namespace MarginNotebooks.Studies;

/// <summary>The commit that a working copy stands at, read from its <c>.git</c> folder without running git.</summary>
internal static class RepositoryCommit
{
    /// <summary>The commit checked out in a folder.</summary>
    /// <param name="root">The working copy.</param>
    /// <returns>Its hash; null when the folder is no working copy.</returns>
    public static string? Of(string root)
    {
        var git = Path.Combine(root, ".git");
        // A linked working copy has a file that names its folder.
        if (File.Exists(git) && File.ReadAllText(git).Trim() is var pointer && pointer.StartsWith("gitdir: ", StringComparison.Ordinal))
            git = Path.GetFullPath(pointer["gitdir: ".Length..], root);
        var head = Path.Combine(git, "HEAD");
        if (!File.Exists(head))
            return null;
        var text = File.ReadAllText(head).Trim();
        if (!text.StartsWith("ref: ", StringComparison.Ordinal))
            return text;
        var name = text["ref: ".Length..];
        foreach (var folder in new[] { git, Common(git) })
        {
            if (File.Exists(Path.Combine(folder, name)))
                return File.ReadAllText(Path.Combine(folder, name)).Trim();
            var packed = Path.Combine(folder, "packed-refs");
            var line = File.Exists(packed) ? File.ReadLines(packed).FirstOrDefault(entry => entry.EndsWith(" " + name, StringComparison.Ordinal)) : null;
            if (line is not null)
                return line[..line.IndexOf(' ')];
        }
        return null;
    }

    private static string Common(string git) =>
        File.Exists(Path.Combine(git, "commondir")) ? Path.GetFullPath(File.ReadAllText(Path.Combine(git, "commondir")).Trim(), git) : git;
}
