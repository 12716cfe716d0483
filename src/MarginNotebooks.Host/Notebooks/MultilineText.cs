using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks;

/// <summary>The notebook format's long strings: stored as an array of lines, each with its line end, or as one string.</summary>
public static class MultilineText
{
    /// <summary>Joins what a notebook stores.</summary>
    /// <param name="node">A string or an array of strings; null counts as empty.</param>
    /// <returns>The text.</returns>
    public static string Read(JsonNode? node) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
        null => "",
        _ => (string?)node ?? "",
    };

    /// <summary>Splits text as Jupyter does.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Its lines, each with its line end; empty for empty text.</returns>
    public static JsonArray Write(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }
        return lines;
    }
}
