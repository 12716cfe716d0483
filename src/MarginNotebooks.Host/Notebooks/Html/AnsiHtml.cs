using System.Text;
using System.Text.RegularExpressions;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>Terminal text as HTML: colours and weight become classes, all other escape sequences are dropped.</summary>
public static partial class AnsiHtml
{
    /// <summary>Converts text.</summary>
    /// <param name="text">Text with or without escape sequences.</param>
    /// <returns>Escaped text with <c>span</c> elements.</returns>
    public static string Convert(string text)
    {
        var html = new StringBuilder(text.Length + 16);
        var (colour, bold, open) = (-1, false, false);
        var start = 0;
        foreach (Match escape in Sequence().Matches(text))
        {
            html.Append(HtmlText.Escape(text[start..escape.Index]));
            start = escape.Index + escape.Length;
            if (!escape.Groups["sgr"].Success)
                continue;
            foreach (var code in escape.Groups["sgr"].Value.Split(';').Select(part => part.Length == 0 ? 0 : int.Parse(part)))
            {
                (colour, bold) = code switch
                {
                    0 => (-1, false),
                    1 => (colour, true),
                    22 => (colour, false),
                    39 => (-1, bold),
                    >= 30 and <= 37 => (code - 30, bold),
                    >= 90 and <= 97 => (code - 90, bold),
                    _ => (colour, bold),
                };
            }
            if (open)
                html.Append("</span>");
            open = colour >= 0 || bold;
            if (open)
                html.Append($"<span class=\"{Classes(colour, bold)}\">");
        }
        html.Append(HtmlText.Escape(text[start..]));
        return html.Append(open ? "</span>" : "").ToString();
    }

    private static string Classes(int colour, bool bold) =>
        colour < 0 ? "ansi-bold" : bold ? $"ansi-{colour} ansi-bold" : $"ansi-{colour}";

    [GeneratedRegex(@"\x1b(?:\[(?<sgr>[0-9;]{0,32})m|\[[0-9;?]*[A-Za-ln-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")]
    private static partial Regex Sequence();
}
