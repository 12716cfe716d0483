using System.Reflection;
using MarginNotebooks.Display;

namespace MarginNotebooks.Reference;

/// <summary>All that has a formula and a source in the library: losses, backbones, calibrators, measures, statistics and charts.</summary>
/// <remarks>Found by reflection on <see cref="ReferenceAttribute"/>: a new loss enters with its own file and nothing else.</remarks>
/// <example><code>
/// ReferenceCatalog.Table(ReferenceKind.Loss)      // a table for a notebook
/// ReferenceCatalog.Search("calibration error")    // entries that hold both words
/// </code></example>
public static class ReferenceCatalog
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>All entries of the library, by chapter and title.</summary>
    public static IReadOnlyList<ReferenceEntry> All { get; } = Of(typeof(ReferenceCatalog).Assembly);

    /// <summary>The entries of a chapter, by title.</summary>
    /// <param name="kind">The chapter.</param>
    /// <returns>The entries; empty when there are none.</returns>
    public static IReadOnlyList<ReferenceEntry> Of(ReferenceKind kind) => [.. All.Where(entry => entry.Kind == kind)];

    /// <summary>The entries of an assembly, for programs that bring losses of their own.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>The entries, by chapter, title and key.</returns>
    public static IReadOnlyList<ReferenceEntry> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .SelectMany(type => Entries(type, type, null).Concat(
                type.GetMembers(Everything).Where(member => member is not Type).SelectMany(member => Entries(member, type, member.Name))))
            .OrderBy(entry => entry.Kind).ThenBy(entry => entry.Title, StringComparer.OrdinalIgnoreCase)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal),
    ];

    /// <summary>The entries in which every word of a text occurs, in any of their parts; those whose key is the text come first.</summary>
    /// <param name="text">One or more words; case does not matter.</param>
    /// <param name="kind">Only this chapter; null for all.</param>
    /// <returns>The entries; empty when there is none.</returns>
    public static IReadOnlyList<ReferenceEntry> Search(string text, ReferenceKind? kind = null)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. All.Where(entry => (kind is null || entry.Kind == kind)
                    && words.All(word => TextOf(entry).Contains(word, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(entry => Rank(entry, text.Trim())),
        ];
    }

    /// <summary>A chapter as a table.</summary>
    /// <param name="kind">The chapter.</param>
    /// <returns>Key, title, formula, source, note and the name in code.</returns>
    public static Table Table(ReferenceKind kind)
    {
        string[] columns = ["Key", "Name", "Formula", "Source", "Note", "In code"];
        return Display.Table.FromRows(columns, Of(kind).Select(entry => (IReadOnlyList<object?>)
            [entry.Key, entry.Title, entry.Formula, entry.Source, entry.Note ?? "", entry.CodeName]))
            .RowHeader("Key").WithCaption(ChapterTitle(kind));
    }

    /// <summary>A chapter's heading.</summary>
    internal static string ChapterTitle(ReferenceKind kind) => kind switch
    {
        ReferenceKind.Loss => "Losses",
        ReferenceKind.Backbone => "Backbones",
        ReferenceKind.Calibrator => "Post-hoc calibration",
        ReferenceKind.Measure => "Measures",
        ReferenceKind.Statistic => "Statistics over runs",
        ReferenceKind.Chart => "Charts",
        _ => kind.ToString(),
    };

    private static IEnumerable<ReferenceEntry> Entries(MemberInfo marked, Type type, string? member)
    {
        var outermost = type;
        while (outermost.DeclaringType is { } outer)
            outermost = outer;
        return marked.GetCustomAttributes<ReferenceAttribute>(inherit: false).Select(said => new ReferenceEntry(
            said.Kind, said.Key, said.Title, said.Formula, said.Source, said.Note, outermost, member, said.Test));
    }

    private static string TextOf(ReferenceEntry entry) =>
        string.Join('\n', entry.Key, entry.Title, entry.Formula, entry.Source, entry.Note, entry.CodeName, ChapterTitle(entry.Kind), entry.Kind);

    private static int Rank(ReferenceEntry entry, string text) =>
        entry.Key.Equals(text, StringComparison.OrdinalIgnoreCase) ? 0
        : entry.Key.Contains(text, StringComparison.OrdinalIgnoreCase) || entry.Title.Contains(text, StringComparison.OrdinalIgnoreCase) ? 1 : 2;
}
