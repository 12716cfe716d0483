using MarginNotebooks.Display;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>What every cell can call without a <c>using</c>.</summary>
public static class NotebookFunctions
{
    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>A handle whose <c>Update</c> replaces what is shown.</returns>
    public static IDisplayHandle display(object? value) => DisplaySink.Current.Show(value ?? "null");

    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>A handle whose <c>Update</c> replaces what is shown.</returns>
    public static IDisplayHandle Display(this object? value) => display(value);
}
