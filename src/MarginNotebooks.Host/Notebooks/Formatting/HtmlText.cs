using System.Text;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Text inside markup.</summary>
public static class HtmlText
{
    /// <summary>Makes text safe in elements and in quoted attributes.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text with the five special characters replaced.</returns>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"'") < 0)
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }
}
