using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>The forms in which one value can be shown, by MIME type, richest first.</summary>
/// <param name="Parts">MIME type and content: JSON text for JSON types, base64 for pictures, text for the rest.</param>
public sealed record MimeBundle(IReadOnlyList<KeyValuePair<string, string>> Parts)
{
    /// <summary>Plain text, the form that every viewer knows.</summary>
    public const string PlainText = "text/plain";

    /// <summary>A figure for plotly.js.</summary>
    public const string Plotly = "application/vnd.plotly.v1+json";

    /// <summary>HTML.</summary>
    public const string Html = "text/html";

    /// <summary>The value as text.</summary>
    public string Text => Parts.FirstOrDefault(part => part.Key == PlainText).Value ?? "";

    /// <summary>A bundle of text alone.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The bundle.</returns>
    public static MimeBundle OfText(string text) => new([new(PlainText, text)]);

    /// <summary>A bundle of HTML and its text.</summary>
    /// <param name="html">Markup.</param>
    /// <param name="text">The same as text.</param>
    /// <returns>The bundle.</returns>
    public static MimeBundle OfHtml(string html, string text) => new([new(Html, html), new(PlainText, text)]);

    /// <summary>Whether contents of a MIME type are JSON.</summary>
    /// <param name="mimeType">MIME type.</param>
    /// <returns>True for <c>application/json</c> and every <c>…+json</c>.</returns>
    public static bool IsJson(string mimeType) => mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>The bundle as notebooks store it: JSON as objects, pictures as base64, everything else as lines.</summary>
    /// <returns>A <c>data</c> object.</returns>
    public JsonObject ToData()
    {
        var data = new JsonObject();
        foreach (var (type, content) in Parts)
            data[type] = IsJson(type) ? JsonNode.Parse(content)
                : type.StartsWith("image/", StringComparison.Ordinal) && type != "image/svg+xml" ? JsonValue.Create(content)
                : MultilineText.Write(content);
        return data;
    }
}
