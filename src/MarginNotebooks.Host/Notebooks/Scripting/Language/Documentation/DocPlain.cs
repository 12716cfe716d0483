using System.Globalization;

namespace MarginNotebooks.Host.Notebooks.Scripting.Language.Documentation;

/// <summary>Documentation as plain text.</summary>
internal static class DocPlain
{
    private const int Width = 100;

    /// <summary>Writes parts one below the other.</summary>
    /// <param name="blocks">The parts.</param>
    /// <param name="indent">What each line starts with.</param>
    /// <returns>Lines, without a line break at the end.</returns>
    public static string Of(IReadOnlyList<DocBlock> blocks, string indent) => string.Join('\n', blocks.SelectMany(block => Lines(block, indent)));

    private static IEnumerable<string> Lines(DocBlock block, string indent) => block switch
    {
        DocParagraph paragraph => Wrapped(string.Concat(paragraph.Spans.Select(Span)), indent),
        DocCode code => code.Code.Split('\n').Select(line => indent + "    " + line),
        DocList list => list.Items.Index().SelectMany(item => Item(item.Item, list.Numbered ? Number(item.Index) : "-", indent)),
        _ => [],
    };

    private static string Number(int index) => (index + 1).ToString(CultureInfo.InvariantCulture) + ".";

    private static IEnumerable<string> Item((string? Name, IReadOnlyList<DocBlock> Content) item, string mark, string indent)
    {
        var head = item.Name is null ? $"{mark} " : $"{item.Name}: ";
        var content = Of(item.Content, indent + new string(' ', item.Name is null ? head.Length : 4));
        return (indent + head + content.TrimStart()).TrimEnd().Split('\n');
    }

    private static string Span(DocSpan span) => span.Link is { } link && link != span.Text ? $"{span.Text} ({link})" : span.Text;

    private static IEnumerable<string> Wrapped(string text, string indent)
    {
        var line = indent;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = indent;
            }
            line += line.Length == indent.Length ? word : " " + word;
        }
        yield return line;
    }
}
