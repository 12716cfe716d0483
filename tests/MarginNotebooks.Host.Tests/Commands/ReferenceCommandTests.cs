using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Tests.Support;
using MarginNotebooks.Reference;
using MarginNotebooks.Studies;

namespace MarginNotebooks.Host.Tests.Commands;

/// <summary>Listing, searching and writing the reference.</summary>
public sealed class ReferenceCommandTests
{
    [Fact]
    public void Without_words_everything_is_listed()
    {
        var text = Shown("", null);

        Assert.All(ReferenceCatalog.All, entry => Assert.Contains($"  {entry.Key} ", text));
        Assert.Contains($"{ReferenceCatalog.All.Count} entries", text);
    }

    [Fact]
    public void A_key_is_shown_in_full_and_other_mentions_in_a_line()
    {
        var entry = ReferenceCatalog.Of(ReferenceKind.Chart).Single(one => one.Key == "reliability-diagram");
        var text = Shown("Reliability-Diagram", "chart");

        Assert.StartsWith($"{entry.Key}  {entry.Title} (chart)\n  formula  {entry.Formula}\n  source   {entry.Source}\n", text);
        Assert.Contains("in code  MarginNotebooks.Display.ReliabilityDiagram\n", text);
    }

    [Fact]
    public void Nothing_found_is_an_error_with_a_way_out()
    {
        var error = Assert.Throws<CommandException>(() => Shown("no-such-thing", null));

        Assert.Equal(ExitCodes.Failed, error.ExitCode);
        Assert.Contains("'margin reference' lists everything", error.Message);
    }

    [Fact]
    public void The_page_is_written_with_links_from_its_folder()
    {
        var root = Workspace.Find(AppContext.BaseDirectory).Root;
        var page = Path.Combine(root, "out", $"reference-{Guid.NewGuid():N}.md");
        Directory.CreateDirectory(Path.GetDirectoryName(page)!);
        try
        {
            var ended = Processes.Margin(root, "reference", "--write", page);

            Assert.True(ended.ExitCode == ExitCodes.Success, ended.Output + ended.Errors);
            Assert.Equal(ReferencePage.Markdown(root, "out"), File.ReadAllText(page));
        }
        finally
        {
            File.Delete(page);
        }
    }

    [Theory]
    [InlineData("reference --kind colour")]
    [InlineData("reference ece --write notebooks/reference.md")]
    [InlineData("reference --write /reference.md")]
    public void Wrong_usage_is_said(string arguments)
    {
        var ended = Processes.Margin(Workspace.Find(AppContext.BaseDirectory).Root, arguments.Split(' '));

        Assert.Equal(ExitCodes.Usage, ended.ExitCode);
        Assert.StartsWith("margin: ", ended.Errors);
        Assert.False(File.Exists("/reference.md"));
    }

    private static string Shown(string text, string? kind)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(ExitCodes.Success, ReferenceCommand.Show(text, kind, output));
        return output.ToString();
    }
}
