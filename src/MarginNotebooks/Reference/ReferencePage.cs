using System.Text;
using System.Text.RegularExpressions;
using MarginNotebooks.Display;

namespace MarginNotebooks.Reference;

/// <summary>The reference page: every entry with formula, source and note, and links to its file and its test.</summary>
public static partial class ReferencePage
{
    /// <summary>The command that makes the page, as the page itself says.</summary>
    public const string Command = "margin reference --write notebooks/reference.md";

    /// <summary>The page as Markdown.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <param name="folder">Folder the page will be in, from the root: links are relative to it.</param>
    /// <param name="entries">The entries; null for all of the library.</param>
    /// <returns>Markdown, the same for the same library.</returns>
    /// <exception cref="FileNotFoundException">An entry names a test, or is of a type, that has no file.</exception>
    /// <exception cref="DirectoryNotFoundException">The root is not the repository.</exception>
    public static string Markdown(string root, string folder = "notebooks", IReadOnlyList<ReferenceEntry>? entries = null)
    {
        entries ??= ReferenceCatalog.All;
        var files = new ReferenceFiles(root);
        var chapters = entries.GroupBy(entry => entry.Kind).OrderBy(chapter => chapter.Key).ToArray();
        var page = new StringBuilder();
        page.Append("# Reference\n\n");
        page.Append($"Everything the library holds that has a formula and a source: {entries.Count} entries. Made from the code by `{Command}`; ");
        page.Append("edit the `[Reference]` attribute in the linked file, not this page. `margin reference WORDS` searches the same entries ");
        page.Append("in a terminal, and `ReferenceCatalog.Table(ReferenceKind.Loss)` shows a chapter in a notebook.\n\n");
        foreach (var chapter in chapters)
        {
            page.Append($"**[{ReferenceCatalog.ChapterTitle(chapter.Key)}](#{Anchor(chapter.Key)})**: ");
            page.AppendJoin(" · ", chapter.Select(entry => $"[{TableMarkdown.Escape(entry.Title)}](#{Anchor(entry)})")).Append("\n\n");
        }

        foreach (var chapter in chapters)
        {
            page.Append($"<a id=\"{Anchor(chapter.Key)}\"></a>\n\n## {ReferenceCatalog.ChapterTitle(chapter.Key)}\n\n");
            foreach (var entry in chapter)
                Append(page, entry, Link(folder, files.Source(entry)), Link(folder, files.Test(entry)));
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder page, ReferenceEntry entry, string source, string test)
    {
        page.Append($"<a id=\"{Anchor(entry)}\"></a>\n\n### {TableMarkdown.Escape(entry.Title)}\n\n");
        page.Append($"{Code(entry.Formula)}\n\n");
        page.Append($"Key {Code(entry.Key)}. Source: {Linked(entry.Source)}.");
        if (entry.Note is { } note)
            page.Append($" {Linked(note)}.");
        page.Append($"\\\n[{TableMarkdown.Escape(entry.CodeName)}]({source}), checked by [{TableMarkdown.Escape(entry.Test)}]({test})\n\n");
    }

    private static string Link(string folder, string path) =>
        string.Concat(Enumerable.Repeat("../", folder.Split('/', '\\', StringSplitOptions.RemoveEmptyEntries).Count(part => part != "."))) + path;

    private static string Anchor(ReferenceKind kind) => kind.ToString().ToLowerInvariant();

    private static string Anchor(ReferenceEntry entry) => $"{Anchor(entry.Kind)}-{NotInAnchors().Replace(entry.Key.ToLowerInvariant(), "-")}";

    /// <summary>A code span; a longer fence where the text holds backticks.</summary>
    private static string Code(string text)
    {
        var fence = new string('`', Backticks().Matches(text).Select(run => run.Length).DefaultIfEmpty(0).Max() + 1);
        return text.StartsWith('`') || text.EndsWith('`') ? $"{fence} {text} {fence}" : fence + text + fence;
    }

    /// <summary>Text that Markdown shows as it is, with arXiv numbers and DOIs as links.</summary>
    private static string Linked(string text)
    {
        var (linked, at) = (new StringBuilder(), 0);
        foreach (Match match in Publications().Matches(text))
        {
            var address = match.Groups["arxiv"].Success ? $"https://arxiv.org/abs/{match.Groups["arxiv"].Value}"
                : $"https://doi.org/{match.Groups["doi"].Value}";
            linked.Append(TableMarkdown.Escape(text[at..match.Index])).Append($"[{TableMarkdown.Escape(match.Value)}]({address})");
            at = match.Index + match.Length;
        }

        return linked.Append(TableMarkdown.Escape(text[at..])).ToString().TrimEnd('.');
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    [GeneratedRegex(
        @"arXiv[ :](?<arxiv>\d{4}\.\d{4,5})|(?:doi[ :]+|https://doi\.org/)(?<doi>10\.\d{4,9}/[^\s,;()]*[^\s,;().])",
        RegexOptions.IgnoreCase)]
    private static partial Regex Publications();
}
