namespace MarginNotebooks.Display;

/// <summary>A value that knows how notebooks should show it.</summary>
public interface IRichOutput
{
    /// <summary>Representations by MIME type, richest first; JSON types hold JSON text, <c>image/png</c> holds base64.</summary>
    /// <returns>MIME type and content, at least <c>text/plain</c>.</returns>
    IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle();
}
