using System.Text;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>Documentation as HTML.</summary>
internal static class DocHtml
{
    /// <summary>Writes parts one below the other.</summary>
    /// <param name="blocks">The parts.</param>
    /// <returns>Markup.</returns>
    public static string Of(IReadOnlyList<DocBlock> blocks) => string.Concat(blocks.Select(Block));

    private static string Block(DocBlock block) => block switch
    {
        DocParagraph paragraph => $"<p>{Spans(paragraph)}</p>",
        DocCode code => $"<pre>{HtmlText.Escape(code.Code)}</pre>",
        DocList list => List(list),
        _ => "",
    };

    private static string List(DocList list)
    {
        var named = list.Items.Any(item => item.Name is not null);
        var tag = named ? "dl" : list.Numbered ? "ol" : "ul";
        var html = new StringBuilder($"<{tag}>");
        foreach (var (name, content) in list.Items)
        {
            var inner = content is [DocParagraph only] ? Spans(only) : Of(content);
            html.Append(named ? $"<dt><code>{HtmlText.Escape(name ?? "")}</code></dt><dd>{inner}</dd>" : $"<li>{inner}</li>");
        }
        return html.Append($"</{tag}>").ToString();
    }

    private static string Spans(DocParagraph paragraph) => string.Concat(paragraph.Spans.Select(Span));

    private static string Span(DocSpan span)
    {
        var text = HtmlText.Escape(span.Text);
        var styled = span.Style switch
        {
            DocStyle.Code => $"<code>{text}</code>",
            DocStyle.Italic => $"<em>{text}</em>",
            DocStyle.Bold => $"<strong>{text}</strong>",
            _ => text,
        };
        // Only addresses of the web: a comment must not bring a script.
        return span.Link is { } link && link.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            ? $"<a href=\"{HtmlText.Escape(link)}\">{styled}</a>"
            : styled;
    }
}
