using System.Globalization;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Values that are one word of text: numbers, strings, dates, enumeration members.</summary>
public static class Scalars
{
    /// <summary>Whether a value is shown as one word.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>True for strings, primitives, enumeration members and everything that formats itself.</returns>
    public static bool IsScalar(object? value) => value is null or string or bool or Enum or IFormattable or Type or Uri;

    /// <summary>The exact text of a value, the same on every machine.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>Text; <c>null</c> for null.</returns>
    public static string Exact(object? value) => value switch
    {
        null => "null",
        string text => text,
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Text for a table: six significant digits of a floating-point number, the exact text of everything else.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>Text; empty for null.</returns>
    public static string Short(object? value) => value switch
    {
        null => "",
        double or float => ((IFormattable)value).ToString("G6", CultureInfo.InvariantCulture),
        _ => Exact(value),
    };

    /// <summary>Whether a value belongs in a right-aligned column.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>True for numbers.</returns>
    public static bool IsNumber(object? value) =>
        value is double or float or decimal or Half or sbyte or byte or short or ushort or int or uint or long or ulong or nint or nuint;
}
