namespace MarginNotebooks.Display;

/// <summary>The formatters that other engines create through <see cref="TypeFormatterSourceAttribute"/>.</summary>
/// <remarks>The engine finds every member by its name: <c>CreateTypeFormatters</c> here, <c>MimeType</c> and <c>Format</c> below.</remarks>
internal sealed class RichOutputFormatterSource
{
    /// <summary>Called by the engine.</summary>
    /// <returns>One formatter for each form.</returns>
    public IEnumerable<object> CreateTypeFormatters() =>
        [new RichOutputFormatter("text/html"), new RichOutputFormatter("text/plain"), new RichOutputFormatter("text/markdown")];
}

/// <summary>Writes one form of a value.</summary>
/// <param name="mimeType">Which.</param>
internal sealed class RichOutputFormatter(string mimeType)
{
    /// <summary>The form that is written.</summary>
    public string MimeType { get; } = mimeType;

    /// <summary>Called by the engine.</summary>
    /// <param name="instance">The value to show.</param>
    /// <param name="writer">Takes its text.</param>
    /// <returns>False when the value has no such form, and the engine is to try another formatter.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        var text = (instance as IRichOutput)?.ToMimeBundle().FirstOrDefault(part => part.Key == MimeType).Value;
        if (text is null)
            return false;
        writer.Write(text);
        return true;
    }
}
