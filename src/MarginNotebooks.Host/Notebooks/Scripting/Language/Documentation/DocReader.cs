using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>Reads the content of an element of a documentation comment.</summary>
internal static partial class DocReader
{
    /// <summary>Reads an element's content.</summary>
    /// <param name="element">For example <c>summary</c>; null for one that is not there.</param>
    /// <returns>Its parts; empty when there is no text.</returns>
    public static IReadOnlyList<DocBlock> Read(XElement? element)
    {
        List<DocBlock> blocks = [];
        List<DocSpan> spans = [];
        foreach (var node in element?.Nodes() ?? [])
            Read(node, DocStyle.Plain, blocks, spans);
        Close(blocks, spans);
        return blocks;
    }

    /// <summary>The name behind a reference such as <c>M:System.Math.Max(System.Int32,System.Int32)</c>.</summary>
    /// <param name="cref">Documentation id.</param>
    /// <returns>The type's name, or type and member: <c>Math.Max</c>.</returns>
    public static string NameOf(string cref)
    {
        var colon = cref.IndexOf(':');
        var kind = colon == 1 ? cref[0] : 'T';
        var name = Arity().Replace((colon == 1 ? cref[2..] : cref).Split('(')[0], "").Replace("#ctor", "", StringComparison.Ordinal).TrimEnd('.');
        var parts = name.Split('.');
        return kind switch
        {
            'N' or '!' => name,
            'T' => parts[^1],
            _ when cref.Contains("#ctor", StringComparison.Ordinal) => parts[^1],
            _ => string.Join('.', parts[^Math.Min(2, parts.Length)..]),
        };
    }

    private static void Read(XNode node, DocStyle style, List<DocBlock> blocks, List<DocSpan> spans)
    {
        if (node is XText text)
            spans.Add(new DocSpan(Spaces().Replace(text.Value, " "), style));
        if (node is not XElement element)
            return;
        switch (element.Name.LocalName)
        {
            case "c" or "tt":
                spans.Add(new DocSpan(element.Value, DocStyle.Code));
                break;
            case "paramref" or "typeparamref":
                spans.Add(new DocSpan((string?)element.Attribute("name") ?? "", DocStyle.Code));
                break;
            case "see" or "seealso" or "a":
                spans.Add(Reference(element));
                break;
            case "i" or "em":
                ReadAll(element, DocStyle.Italic, blocks, spans);
                break;
            case "b" or "strong":
                ReadAll(element, DocStyle.Bold, blocks, spans);
                break;
            case "br":
                Close(blocks, spans);
                break;
            case "para" or "p":
                Close(blocks, spans);
                ReadAll(element, style, blocks, spans);
                Close(blocks, spans);
                break;
            case "code":
                Close(blocks, spans);
                blocks.Add(new DocCode(Unindented(element.Value)));
                break;
            case "list":
                Close(blocks, spans);
                blocks.Add(List(element));
                break;
            default:
                ReadAll(element, style, blocks, spans);
                break;
        }
    }

    private static void ReadAll(XElement element, DocStyle style, List<DocBlock> blocks, List<DocSpan> spans)
    {
        foreach (var node in element.Nodes())
            Read(node, style, blocks, spans);
    }

    private static DocSpan Reference(XElement element)
    {
        var text = element.Value.Trim();
        var link = (string?)element.Attribute("href");
        if (link is not null)
            return new DocSpan(text.Length > 0 ? text : link, DocStyle.Plain, link);
        var name = (string?)element.Attribute("langword") ?? ((string?)element.Attribute("cref") is { } cref ? NameOf(cref) : "");
        return new DocSpan(text.Length > 0 ? text : name, DocStyle.Code);
    }

    private static DocList List(XElement list)
    {
        List<(string?, IReadOnlyList<DocBlock>)> items = [];
        foreach (var item in list.Elements("item"))
        {
            var (term, description) = (item.Element("term"), item.Element("description"));
            items.Add((term?.Value.Trim(), Read(description ?? (term is null ? item : null))));
        }
        return new DocList(items, (string?)list.Attribute("type") == "number");
    }

    /// <summary>Makes a paragraph of the spans so far, without white space at its ends.</summary>
    private static void Close(List<DocBlock> blocks, List<DocSpan> spans)
    {
        while (spans.Count > 0 && spans[0].Style != DocStyle.Code && string.IsNullOrWhiteSpace(spans[0].Text))
            spans.RemoveAt(0);
        while (spans.Count > 0 && spans[^1].Style != DocStyle.Code && string.IsNullOrWhiteSpace(spans[^1].Text))
            spans.RemoveAt(spans.Count - 1);
        if (spans.Count > 0)
        {
            spans[0] = spans[0] with { Text = spans[0].Text.TrimStart() };
            spans[^1] = spans[^1] with { Text = spans[^1].Text.TrimEnd() };
            blocks.Add(new DocParagraph([.. spans]));
        }
        spans.Clear();
    }

    private static string Unindented(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..] : ""));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Arity();
}
