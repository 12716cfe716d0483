namespace MarginNotebooks.Host.Kernel;

/// <summary>Where Jupyter looks for kernels.</summary>
public static class JupyterFolders
{
    /// <summary>The user's own folder of Jupyter data: <c>JUPYTER_DATA_DIR</c>, else what is usual on the system.</summary>
    public static string User
    {
        get
        {
            if (Variable("JUPYTER_DATA_DIR") is { } chosen)
                return chosen;
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (OperatingSystem.IsWindows())
                return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
            if (OperatingSystem.IsMacOS())
                return Path.Combine(home, "Library", "Jupyter");
            return Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"), "jupyter");
        }
    }

    /// <summary>The folder of Jupyter data in an installation.</summary>
    /// <param name="prefix">Root of the installation, for example <c>/usr/local</c> or a virtual environment.</param>
    /// <returns>A folder.</returns>
    public static string Below(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter");

    /// <summary>All folders of Jupyter data that are known here, the user's first.</summary>
    /// <returns>Folders, which need not exist.</returns>
    public static IReadOnlyList<string> All()
    {
        List<string> folders = [.. (Variable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), User];
        foreach (var prefix in new[] { Variable("VIRTUAL_ENV"), Variable("CONDA_PREFIX") }.OfType<string>())
            folders.Add(Below(prefix));
        if (OperatingSystem.IsWindows())
            folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter"));
        else
            folders.AddRange([Below("/usr/local"), Below("/usr")]);
        return [.. folders.Distinct(StringComparer.Ordinal)];
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
