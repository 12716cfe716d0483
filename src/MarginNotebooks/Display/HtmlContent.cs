using System.Net;
using System.Text.RegularExpressions;

namespace MarginNotebooks.Display;

/// <summary>Markup that is shown as it is: a plain string is shown as text.</summary>
/// <param name="Markup">HTML.</param>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed partial record HtmlContent(string Markup) : IRichOutput
{
    /// <summary>The markup.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Markup;

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => [new("text/html", Markup), new("text/plain", ToString())];

    /// <summary>The text between the tags.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() => WebUtility.HtmlDecode(Tag().Replace(Markup, "")).Trim();

    [GeneratedRegex("<(script|style)\\b.*?</\\1>|<[^>]*>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Tag();
}
