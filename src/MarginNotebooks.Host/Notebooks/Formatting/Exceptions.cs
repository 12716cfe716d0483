namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows an exception that is a value: what it says, with its stack folded away.</summary>
public static class Exceptions
{
    /// <summary>Shows an exception.</summary>
    /// <param name="exception">Any exception, also one that was never thrown.</param>
    /// <returns>The bundle.</returns>
    public static MimeBundle Format(Exception exception)
    {
        var full = exception.ToString();
        var heading = $"<b>{HtmlText.Escape(TypeNames.Of(exception.GetType()))}</b>: {HtmlText.Escape(exception.Message)}";
        var html = exception.StackTrace is null && exception.InnerException is null
            ? $"<p>{heading}</p>"
            : $"<details><summary>{heading}</summary><pre>{HtmlText.Escape(full)}</pre></details>";
        return MimeBundle.OfHtml(html, full);
    }
}
