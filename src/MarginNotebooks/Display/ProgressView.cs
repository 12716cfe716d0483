using System.Globalization;
using System.Net;

namespace MarginNotebooks.Display;

/// <summary>One state of a <see cref="ProgressBar"/>: a bar, a line of text, and remarks below. Colours are the page's own.</summary>
/// <param name="Text">The line of text; also what a screen reader says.</param>
/// <param name="Fraction">Part that is done, in [0, 1]; null while the whole is unknown.</param>
/// <param name="Remarks">Lines below the bar, for example warnings.</param>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed record ProgressView(string Text, double? Fraction, IReadOnlyList<string> Remarks) : IRichOutput
{
    private const int TextCells = 10;

    /// <summary>The bar as HTML without scripts.</summary>
    /// <returns>An HTML fragment.</returns>
    public string ToHtml()
    {
        var text = WebUtility.HtmlEncode(Text);
        // Without a value the role says "busy, end unknown".
        var (value, inner) = Fraction is { } fraction
            ? ($" aria-valuenow=\"{Percent(fraction)}\"", $"<div style=\"background:currentColor;height:100%;width:{Percent(fraction)}%\"></div>")
            : ("", "");
        var remarks = string.Concat(Remarks.Select(remark => $"<div style=\"opacity:.8\">⚠ {WebUtility.HtmlEncode(remark)}</div>"));
        return "<div style=\"font-family:monospace;max-width:60em\">"
            + $"<div role=\"progressbar\" aria-valuemin=\"0\" aria-valuemax=\"100\"{value} aria-valuetext=\"{text}\" aria-label=\"{text}\""
            + $" style=\"border:1px solid currentColor;border-radius:3px;height:8px;opacity:.7\">{inner}</div>"
            + $"<div aria-hidden=\"true\" style=\"white-space:pre-wrap\">{text}</div>{remarks}</div>";
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => [new("text/html", ToHtml()), new("text/plain", ToString())];

    /// <summary>A short bar, the line of text, and the remarks.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString()
    {
        var filled = (int)Math.Round(TextCells * Math.Clamp(Fraction ?? 0, 0, 1));
        var bar = Fraction is null ? "" : new string('█', filled) + new string('░', TextCells - filled) + "  ";
        return string.Join('\n', [bar + Text, .. Remarks]);
    }

    private static string Percent(double fraction) =>
        (100 * Math.Clamp(fraction, 0, 1)).ToString("0.0", CultureInfo.InvariantCulture);
}
