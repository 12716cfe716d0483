using MarginNotebooks.Display;
using MarginNotebooks.Host.Notebooks.Formatting;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>What every cell can call without a <c>using</c>.</summary>
public static class NotebookFunctions
{
    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>A handle whose <c>Update</c> replaces what is shown.</returns>
    public static IDisplayHandle display(object? value) => DisplaySink.Current.Show(value ?? Null.Value);

    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>A handle whose <c>Update</c> replaces what is shown.</returns>
    public static IDisplayHandle Display(this object? value) => display(value);

    /// <summary>Markup that is shown as it is, not as text.</summary>
    /// <param name="markup">HTML.</param>
    /// <returns>A value that shows itself as that HTML.</returns>
    public static HtmlContent HTML(string markup) => new(markup);

    /// <summary>Takes away what the cell has shown and printed so far.</summary>
    /// <param name="wait">Only when its next output comes, so that the page does not jump.</param>
    public static void clear_output(bool wait = false) => DisplaySink.Current.Clear(wait);
}
