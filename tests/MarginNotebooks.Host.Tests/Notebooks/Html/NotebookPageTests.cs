using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MarginNotebooks.Host.Commands;
using MarginNotebooks.Host.Notebooks;
using MarginNotebooks.Host.Notebooks.Html;
using MarginNotebooks.Host.Tests.Support;

namespace MarginNotebooks.Host.Tests.Notebooks.Html;

[Collection(OneRunAtATime.Name)]
public sealed class NotebookPageTests
{
    [Fact]
    public void A_browser_without_network_draws_every_chart_of_a_page_that_the_command_made()
    {
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(
            folder,
            "nb.ipynb",
            TestNotebook.Markdown("# Charts"),
            TestNotebook.Code("using Plotly.NET.CSharp;\nvar names = new[] { \"</script><b>one\", \"two\" };"),
            TestNotebook.Code("Chart.Line<int, int, string>(x: new[] { 1, 2, 3 }, y: new[] { 1, 4, 9 }, Name: names[0])"),
            TestNotebook.Code("display(Chart.Column<int, string, string>(values: new[] { 5, 6, 7 }, Keys: new[] { \"a\", \"b\", \"c\" }));"));
        var ran = Processes.Margin(folder.Path, "notebook", "run", notebook, "--html", "page.html");
        Assert.True(ran.ExitCode == ExitCodes.Success, ran.Errors);
        var seen = Processes.Chromium(folder["page.html"], "--dump-dom");
        Assert.Equal(2, Regex.Count(seen.Output, "class=\"plot-container"));
        Assert.Single(Regex.Matches(seen.Output, "<path class=\"js-line\"[^>]* d=\"M"));
        Assert.Equal(3, Regex.Count(seen.Output, "<g class=\"point\"><path d=\"M"));
        Assert.DoesNotContain("could not be drawn", Regex.Replace(seen.Output, "<script[\\s\\S]*?</script>", ""));
        Assert.DoesNotContain("CONSOLE", seen.Errors);
    }

    [Fact]
    public void The_page_asks_for_nothing_outside_itself()
    {
        var page = Render(
            TestNotebook.Markdown("# Title\n\n![dot](dot.png) and ![stored](attachment:a.png)"),
            out var folder,
            before: root => File.WriteAllBytes(root["dot.png"], [1, 2, 3]));
        using (folder)
        {
            Assert.Contains("src=\"data:image/png;base64,AQID\"", page);
            Assert.Contains("src=\"data:image/png;base64,QUJD\"", page);
            Assert.DoesNotMatch("<(script|link|img)[^>]+(src|href)=\"(?!data:)", page);
            Assert.DoesNotContain("@import", page);
        }
    }

    [Fact]
    public void Plotly_is_in_the_page_once_when_there_are_charts_and_not_otherwise()
    {
        var chart = Output(new JsonObject { ["application/vnd.plotly.v1+json"] = new JsonObject { ["data"] = new JsonArray(), ["layout"] = new JsonObject { ["title"] = new JsonObject { ["text"] = "A <title>" } } } });
        var with = Render(chart, chart);
        Assert.Single(Regex.Matches(with, "plotly\\.js v"));
        Assert.Contains("aria-label=\"A &lt;title&gt;\"", with);
        Assert.Contains("A \\u003Ctitle\\u003E", with);
        Assert.DoesNotContain("plotly.js v", Render(TestNotebook.Markdown("# None")));
    }

    [Fact]
    public void Text_is_escaped_everywhere()
    {
        const string evil = "<script>alert(1)</script>";
        var stream = TestNotebook.Code($"// {evil}");
        stream["outputs"] = new JsonArray(
            new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = evil },
            new JsonObject { ["output_type"] = "error", ["ename"] = "E", ["evalue"] = evil, ["traceback"] = new JsonArray(evil) },
            new JsonObject { ["output_type"] = "display_data", ["metadata"] = new JsonObject(), ["data"] = new JsonObject { ["text/plain"] = evil } },
            new JsonObject { ["output_type"] = "display_data", ["metadata"] = new JsonObject(), ["data"] = new JsonObject { ["application/json"] = new JsonObject { ["a"] = evil } } });
        var page = Render(stream, TestNotebook.Markdown($"# `{evil}`\n\n## a\n\n## b & {"\\<i>"}\n\n```\n{evil}\n```\n\n$a {evil}$"));
        Assert.DoesNotContain(evil, page);
        Assert.Contains("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>", page);
        Assert.True(Regex.Count(page, "&lt;script&gt;alert\\(1\\)&lt;/script&gt;") >= 7);
    }

    [Fact]
    public void The_contents_link_to_headings_that_exist_once()
    {
        var page = Render(TestNotebook.Markdown("# T\n\n## Results\n\n### Über *alles*"), TestNotebook.Markdown("## Results\n\n## Results $x$"));
        var targets = Regex.Matches(page, "<li class=\"level-\\d\"><a href=\"#([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(["results", "über-alles", "results-2", "results-x"], targets);
        Assert.All(targets, target => Assert.Single(Regex.Matches(page, $" id=\"{target}\"")));
    }

    [Fact]
    public void Tags_hide_what_they_name_and_terminal_colours_become_classes()
    {
        var hidden = TestNotebook.Code("secret();", "remove-input");
        hidden["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "\u001b[1;31mred\u001b[0m \u001b[2Kplain" });
        var page = Render(hidden, TestNotebook.Code("gone", "remove-cell"), TestNotebook.Code("folded", "hide-input"));
        Assert.DoesNotContain("secret", page);
        Assert.DoesNotContain("gone", page);
        Assert.Contains("<details><summary>Code</summary>", page);
        Assert.Contains("<span class=\"ansi-1 ansi-bold\">red</span> plain", page);
    }

    [Fact]
    public void Converting_needs_no_execution()
    {
        using var folder = new TemporaryFolder();
        var notebook = TestNotebook.Write(folder, "nb.ipynb", TestNotebook.Markdown("# Only prose"), TestNotebook.Code("throw new Exception();"));
        var ended = Processes.Margin(folder.Path, "notebook", "html", notebook, "page.html");
        Assert.Equal(ExitCodes.Success, ended.ExitCode);
        Assert.Contains("<title>Only prose</title>", File.ReadAllText(folder["page.html"]));
    }

    private static JsonObject Output(JsonObject data)
    {
        var cell = TestNotebook.Code("x");
        cell["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "display_data", ["metadata"] = new JsonObject(), ["data"] = data });
        return cell;
    }

    private static string Render(params JsonObject[] cells) =>
        NotebookPage.Render(NotebookDocument.Parse(TestNotebook.Text([.. cells.Select(cell => cell.DeepClone().AsObject())])), "/nowhere", "fallback");

    private static string Render(JsonObject cell, out TemporaryFolder folder, Action<TemporaryFolder> before)
    {
        folder = new TemporaryFolder();
        before(folder);
        cell["attachments"] = new JsonObject { ["a.png"] = new JsonObject { ["image/png"] = "QUJD" } };
        return NotebookPage.Render(NotebookDocument.Parse(TestNotebook.Text(cell)), folder.Path, "fallback");
    }
}
