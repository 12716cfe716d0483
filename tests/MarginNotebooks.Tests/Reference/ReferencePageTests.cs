using System.Text.RegularExpressions;
using MarginNotebooks.Reference;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Tests.Reference;

/// <summary>The page in the repository is the library's, and every link of it leads somewhere.</summary>
public sealed partial class ReferencePageTests
{
    private static readonly string Root = Workspace.Find(AppContext.BaseDirectory).Root;
    private static readonly string Page = Path.Combine(Root, "notebooks", "reference.md");

    [Fact]
    public void ThePageIsUpToDate()
    {
        Assert.True(File.Exists(Page), $"'{Page}' is not there: run {ReferencePage.Command}");
        Assert.True(File.ReadAllText(Page) == ReferencePage.Markdown(Root), $"notebooks/reference.md is not what the code says: run {ReferencePage.Command}");
    }

    [Fact]
    public void EveryLinkLeadsToAFileOrAPlaceOnThePage()
    {
        var page = ReferencePage.Markdown(Root);
        string[] places = [.. Place().Matches(page).Select(match => match.Groups[1].Value)];
        string[] links = [.. Link().Matches(page).Select(match => match.Groups[1].Value)];

        Assert.Equal(places.Length, places.Distinct().Count());
        Assert.True(links.Length >= 3 * ReferenceCatalog.All.Count, $"{links.Length} links for {ReferenceCatalog.All.Count} entries");
        Assert.All(links, link => Assert.True(
            link.StartsWith('#') ? places.Contains(link[1..])
            : link.StartsWith("https://arxiv.org/abs/", StringComparison.Ordinal) || link.StartsWith("https://doi.org/10.", StringComparison.Ordinal)
                || File.Exists(Path.Combine(Root, "notebooks", link)),
            $"{link} leads nowhere"));
    }

    [Fact]
    public void EveryTestFileHoldsTheTestClass()
    {
        var files = new ReferenceFiles(Root);

        Assert.All(ReferenceCatalog.All, entry =>
        {
            var file = files.Test(entry);
            Assert.True(Regex.IsMatch(File.ReadAllText(Path.Combine(Root, file)), $@"\bclass {Regex.Escape(entry.Test)}\b"), $"{file} holds no class {entry.Test}");
            var text = File.ReadAllText(Path.Combine(Root, file));
            Assert.True(text.Contains("[Fact]", StringComparison.Ordinal) || text.Contains("[Theory]", StringComparison.Ordinal), $"{file} holds no test");
        });
    }

    [Fact]
    public void EverySourceFileDeclaresTheTypeAndEntersIt()
    {
        var files = new ReferenceFiles(Root);

        Assert.All(ReferenceCatalog.All, entry =>
        {
            var text = File.ReadAllText(Path.Combine(Root, files.Source(entry)));
            Assert.True(Regex.IsMatch(text, $@"\b(class|struct|record|record struct|enum) {Regex.Escape(entry.TypeName)}\b"), $"{files.Source(entry)} declares no {entry.TypeName}");
            Assert.Contains($"\"{entry.Key}\"", text);
        });
    }

    [Fact]
    public void TextIsShownAsItIsAndPublicationsAreLinks()
    {
        var entry = new ReferenceEntry(ReferenceKind.Loss, "a`b", "Loss <b> of a|b", "x*y_z `t`", "Who, arXiv 1706.04599, doi:10.1016/j.media.2023.102826.",
            "See *this*.", typeof(ReferenceCatalog), "Search", nameof(ReferencePageTests));
        var page = ReferencePage.Markdown(Root, ".", [entry]);

        Assert.Contains("### Loss &lt;b&gt; of a\\|b\n", page);
        Assert.Contains("`` x*y_z `t` ``", page);
        Assert.Contains("Key ``a`b``. Source: Who, [arXiv 1706.04599](https://arxiv.org/abs/1706.04599), "
            + "[doi:10.1016/j.media.2023.102826](https://doi.org/10.1016/j.media.2023.102826). See \\*this\\*.", page);
        Assert.Contains("[ReferenceCatalog.Search](src/MarginNotebooks/Reference/ReferenceCatalog.cs), checked by "
            + "[ReferencePageTests](tests/MarginNotebooks.Tests/Reference/ReferencePageTests.cs)", page);
        Assert.Contains("(#loss-a-b)", page);
    }

    [Fact]
    public void AMissingTestOrRepositoryIsSaid()
    {
        var entry = ReferenceCatalog.All[0] with { Test = "NoSuchTests" };

        Assert.Contains("should be in a file 'NoSuchTests.cs' below 'tests'", Assert.Throws<FileNotFoundException>(() => ReferencePage.Markdown(Root, entries: [entry])).Message);
        using var folder = new TemporaryFolder();
        Assert.Contains("is not the repository", Assert.Throws<DirectoryNotFoundException>(() => ReferencePage.Markdown(folder.Path)).Message);
    }

    [GeneratedRegex("<a id=\"([^\"]+)\"></a>")]
    private static partial Regex Place();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
