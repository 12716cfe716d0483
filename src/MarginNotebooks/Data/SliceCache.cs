using System.Globalization;

namespace MarginNotebooks.Data;

/// <summary>How much memory a set of slices may take, and where it goes when it takes more.</summary>
/// <param name="MemoryBudget">Largest number of bytes of one set that is kept in memory; larger sets are mapped from a file.</param>
/// <param name="Folder">Where such files lie. They can be deleted at any time: they are made again.</param>
public sealed record SliceCache(long MemoryBudget, string Folder)
{
    /// <summary>Name of the variable that sets the budget, in megabytes (10⁶ bytes).</summary>
    public const string BudgetVariable = "MARGIN_SLICE_MEMORY";

    /// <summary>Name of the variable that sets the folder.</summary>
    public const string FolderVariable = "MARGIN_CACHE";

    /// <summary>
    /// Budget from <c>MARGIN_SLICE_MEMORY</c>, else half of the memory that this process may use; folder from <c>MARGIN_CACHE</c>, else
    /// <c>margin-notebooks/slices</c> in the user's cache.
    /// </summary>
    /// <exception cref="InvalidDataException">The variable is not a number of megabytes.</exception>
    public static SliceCache FromEnvironment()
    {
        var budget = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        if (Environment.GetEnvironmentVariable(BudgetVariable) is { Length: > 0 } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) || megabytes > long.MaxValue / 1_000_000)
                throw new InvalidDataException($"{BudgetVariable} is '{text}': set it to a whole number of megabytes, or unset it.");
            budget = megabytes * 1_000_000;
        }
        return new SliceCache(budget, Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : UserCache());
    }

    /// <summary>The slices of cases that are read one by one: in memory when they fit, else mapped from a file of this folder.</summary>
    /// <param name="name">Begins the file's name.</param>
    /// <param name="fingerprint">Identifies the data and their treatment, in hexadecimal digits.</param>
    /// <param name="shapes">Sizes of the cases.</param>
    /// <param name="load">Reads a case; called from several threads.</param>
    /// <param name="height">Rows of the slices.</param>
    /// <param name="width">Columns of the slices.</param>
    internal SliceSet Open(
        string name, string fingerprint, IReadOnlyList<CaseShape> shapes, Func<int, SegmentationCase> load, int height, int width)
    {
        var layout = SliceLayout.Of(shapes, height, width);
        if (layout.Bytes <= MemoryBudget && layout.ImageBytes / sizeof(float) <= Array.MaxLength)
            return SliceSet.InMemory(shapes, load, height, width);
        var path = Path.Combine(Folder, $"{name}-{fingerprint[..16]}.slices");
        if (SliceFile.TryOpen(path, fingerprint) is { } ready)
            return SliceSet.Mapped(ready);
        SliceFile.Write(path, fingerprint, layout, shapes, load);
        DeleteOlder(name, path);
        return SliceSet.Mapped(SliceFile.TryOpen(path, fingerprint)
            ?? throw new InvalidDataException($"'{path}' was just written and cannot be read back: check the disk, or set {FolderVariable}."));
    }

    // Files of the same set from before the data changed. One that another process has mapped may stay on Windows.
    private void DeleteOlder(string name, string current)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, $"{name}-????????????????.slices").Where(file => file != current))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static string UserCache()
    {
        var root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache")
            : Path.GetTempPath();
        return Path.Combine(root, "margin-notebooks", "slices");
    }
}
