using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Tests.Support;

/// <summary>The notebooks of this repository.</summary>
internal static class CommittedNotebooks
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Workspace.Find(AppContext.BaseDirectory).Root;

    public static string Folder { get; } = Path.Combine(Root, "notebooks");

    /// <summary>File names.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.ipynb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
