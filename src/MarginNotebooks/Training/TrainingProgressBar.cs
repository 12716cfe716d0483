using System.Globalization;
using System.Net;
using MarginNotebooks.Display;

namespace MarginNotebooks.Training;

/// <summary>
/// A progress report as a bar with a line of text, for notebooks. Works in light and dark themes: colours are the page's own.
/// </summary>
/// <param name="Progress">The report.</param>
/// <param name="Messages">Warnings so far, shown below the bar.</param>
public sealed record TrainingProgressBar(TrainingProgress Progress, IReadOnlyList<string> Messages) : IRichOutput
{
    /// <summary>The bar as HTML without scripts.</summary>
    /// <returns>An HTML fragment.</returns>
    public string ToHtml()
    {
        var percent = (100 * Progress.Fraction).ToString("0.0", CultureInfo.InvariantCulture);
        var warnings = string.Concat(Messages.Select(message => $"<div style=\"opacity:.8\">⚠ {WebUtility.HtmlEncode(message)}</div>"));
        return "<div style=\"font-family:monospace;max-width:60em\">"
            + "<div style=\"border:1px solid currentColor;border-radius:3px;height:8px;opacity:.7\">"
            + $"<div style=\"background:currentColor;height:100%;width:{percent}%\"></div></div>"
            + $"<div>{WebUtility.HtmlEncode(Progress.ToString())}</div>{warnings}</div>";
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() => [new("text/html", ToHtml()), new("text/plain", ToString())];

    /// <summary>The line of text, and the warnings.</summary>
    /// <returns>Plain text.</returns>
    public override string ToString() => string.Join('\n', [Progress.ToString(), .. Messages]);
}
