using System.Collections;
using System.Reflection;
using MarginNotebooks.Display;
using Microsoft.CodeAnalysis.CSharp.Scripting.Hosting;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Decides how a value is shown: what the value itself offers first, then what its kind allows, text at last.</summary>
public static class ValueFormatter
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">Any value, also null.</param>
    /// <returns>Its forms, richest first, always with plain text.</returns>
    public static MimeBundle Format(object? value) => value switch
    {
        null => MimeBundle.OfText(Null.Value.ToString()),
        IRichOutput rich => WithText(rich.ToMimeBundle(), value),
        _ when Scalars.IsScalar(value) && OwnHtml(value) is null => MimeBundle.OfText(Scalars.Exact(value)),
        Exception exception => Exceptions.Format(exception),
        _ => OfLibrary(value)
            ?? OwnHtml(value)
            ?? (value is IEnumerable sequence && Members.IsSequence(value) ? Sequences.Format(sequence)
                : Members.IsStructured(value) ? Objects.Format(value)
                : MimeBundle.OfText(Text(value))),
    };

    private static MimeBundle WithText(IReadOnlyList<KeyValuePair<string, string>> parts, object value) =>
        parts.Any(part => part.Key == MimeBundle.PlainText)
            ? new MimeBundle(parts)
            : new MimeBundle([.. parts, new(MimeBundle.PlainText, Text(value))]);

    /// <summary>By assembly name first, so that a library is not loaded only to learn that a value is none of its own.</summary>
    private static MimeBundle? OfLibrary(object value) => value.GetType().Assembly.GetName().Name switch
    {
        _ when value.GetType() == typeof(byte[]) => Images.TryFormat(value),
        "SkiaSharp" => Images.TryFormat(value),
        "Plotly.NET" => Charts.TryFormat(value),
        "Deedle" => Frames.TryFormat(value),
        "TorchSharp" => Tensors.TryFormat(value),
        _ => null,
    };

    /// <summary>Any type can bring its own HTML with a public <c>string ToHtml()</c>, a convention that other C# notebooks share.</summary>
    private static MimeBundle? OwnHtml(object value)
    {
        var method = value.GetType().GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
        return method?.ReturnType == typeof(string)
            ? MimeBundle.OfHtml((string?)method.Invoke(value, null) ?? "", Text(value))
            : null;
    }

    private static string Text(object value) =>
        Members.OverridesToString(value.GetType()) ? value.ToString() ?? "" : CSharpObjectFormatter.Instance.FormatObject(value);
}
