using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MarginNotebooks.Host.Notebooks.Formatting;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>Renders the prose of one notebook: pictures become part of the page, formulas MathML, headings get anchors of their own.</summary>
/// <param name="folder">Folder of the notebook, where its pictures are.</param>
public sealed partial class MarkdownHtml(string folder)
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras()
        .UseAutoLinks()
        .UseTaskLists()
        .UseFootnotes()
        .UseListExtras()
        .UseMathematics()
        .Build();

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<Heading> _headings = [];
    private int _cells;

    /// <summary>The headings so far.</summary>
    public IReadOnlyList<Heading> Headings => _headings;

    /// <summary>Renders the text of one cell.</summary>
    /// <param name="markdown">Markdown.</param>
    /// <param name="attachments">Pictures stored in the cell; null when it has none.</param>
    /// <returns>HTML.</returns>
    public string Render(string markdown, JsonObject? attachments = null)
    {
        var document = Markdown.Parse(markdown, s_pipeline);
        _cells++;
        foreach (var heading in document.Descendants<HeadingBlock>())
            AddHeading(heading);
        foreach (var picture in document.Descendants<LinkInline>().Where(link => link.IsImage && link.Url is not null))
            picture.Url = SelfContainedPictures.Resolve(picture.Url!, folder, attachments);
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        s_pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new InlineMath());
        renderer.ObjectRenderers.Replace<HtmlMathBlockRenderer>(new BlockMath());
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new Code());
        renderer.Render(document);
        // Footnotes are numbered anew in every cell: keep their anchors apart.
        var html = FootnoteAnchor().Replace(writer.ToString(), $"$1c{_cells}-$2");
        return html.Replace("<table>", "<div class=\"scroll\"><table>", StringComparison.Ordinal)
            .Replace("</table>", "</table></div>", StringComparison.Ordinal);
    }

    private void AddHeading(HeadingBlock block)
    {
        var text = string.Concat((block.Inline?.Descendants() ?? []).Select(inline => inline switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            MathInline math => math.Content.ToString(),
            LineBreakInline => " ",
            _ => "",
        })).Trim();
        var slug = NotInSlug().Replace(text.ToLowerInvariant(), "").Replace(' ', '-');
        if (slug.Length == 0)
            slug = "section";
        var id = slug;
        for (var i = 2; !_ids.Add(id); i++)
            id = $"{slug}-{i}";
        block.GetAttributes().Id = id;
        _headings.Add(new Heading(block.Level, text, id));
    }

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInSlug();

    [GeneratedRegex("((?:id=\"|href=\"#))(fn(?:ref)?:)")]
    private static partial Regex FootnoteAnchor();

    private sealed class InlineMath : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline math) =>
            renderer.Write(MathMl.Convert(math.Content.ToString(), display: math.DelimiterCount > 1));
    }

    private sealed class BlockMath : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock math) =>
            renderer.Write("<div class=\"formula\">").Write(MathMl.Convert(math.Lines.ToString(), display: true)).WriteLine("</div>");
    }

    private sealed class Code : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            var language = (block as FencedCodeBlock)?.Info?.ToLowerInvariant();
            var text = block.Lines.ToString();
            var code = language is "csharp" or "cs" or "c#" ? CodeHtml.Highlight(text) : HtmlText.Escape(text);
            renderer.Write("<pre class=\"code\"><code>").Write(code).WriteLine("</code></pre>");
        }
    }
}
