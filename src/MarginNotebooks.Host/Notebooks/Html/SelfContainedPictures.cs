using System.Text.Json.Nodes;

namespace MarginNotebooks.Host.Notebooks.Html;

/// <summary>Brings pictures into the page, so that it needs no other file.</summary>
public static class SelfContainedPictures
{
    /// <summary>The address to use for a picture.</summary>
    /// <param name="url">Address as the prose has it: a file beside the notebook, or <c>attachment:name</c>.</param>
    /// <param name="folder">Folder of the notebook.</param>
    /// <param name="attachments">Pictures stored in the cell.</param>
    /// <returns>A <c>data:</c> address where the picture could be found, otherwise the address as it was.</returns>
    public static string Resolve(string url, string folder, JsonObject? attachments)
    {
        if (url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var bundle = attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] as JsonObject;
            return bundle?.FirstOrDefault() is { Key: { } type, Value: { } data } ? $"data:{type};base64,{Base64(data)}" : url;
        }
        if (url.Contains("://", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal))
            return url;
        var file = Path.Combine(folder, Uri.UnescapeDataString(url));
        return MimeType(file) is { } mime && File.Exists(file) ? $"data:{mime};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}" : url;
    }

    /// <summary>Base64 as notebooks store it, in one or several lines.</summary>
    /// <param name="node">Stored content.</param>
    /// <returns>Base64 without line ends.</returns>
    public static string Base64(JsonNode? node) => MultilineText.Read(node).ReplaceLineEndings("");

    private static string? MimeType(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}
