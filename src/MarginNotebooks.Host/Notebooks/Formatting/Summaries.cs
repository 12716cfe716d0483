using System.Collections;
using System.Globalization;
using MarginNotebooks.Display;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Any value in a few words, for a cell of a table and for the heading of what is folded away.</summary>
public static class Summaries
{
    private const int MaxLength = 80;
    private const int MaxItems = 20;

    /// <summary>A value in one short line.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>Text; empty for null.</returns>
    public static string Of(object? value) => value switch
    {
        null => "",
        _ when Scalars.IsScalar(value) => Scalars.Short(value),
        IRichOutput => Cut(value.ToString() ?? ""),
        IEnumerable sequence when Members.IsSequence(value) => Sequence(sequence),
        _ when Members.IsStructured(value) => Cut($"({string.Join(", ", Members.Of(value).Select(member => $"{member.Name}: {Inner(member.Read(value))}"))})"),
        _ => Cut(value.ToString() ?? ""),
    };

    /// <summary>How many items a sequence has, as far as that is known without going through it.</summary>
    /// <param name="sequence">Any sequence.</param>
    /// <returns>The number, or <c>many</c>.</returns>
    public static string Count(IEnumerable sequence)
    {
        var count = sequence is ICollection collection ? collection.Count
            : sequence.GetType().GetProperty("Count") is { PropertyType: var type } property && type == typeof(int) ? property.GetValue(sequence)
            : null;
        return count is null ? "many" : ((int)count).ToString(CultureInfo.InvariantCulture);
    }

    private static string Sequence(IEnumerable sequence)
    {
        var items = sequence.Cast<object?>().Take(MaxItems + 1).ToList();
        if (items.All(Scalars.IsScalar))
        {
            var shown = string.Join(", ", items.Take(MaxItems).Select(Scalars.Short));
            if (items.Count <= MaxItems && shown.Length <= MaxLength)
                return $"[{shown}]";
            return $"[{Cut(shown, MaxLength / 2)}, …] ({(items.Count <= MaxItems ? items.Count.ToString(CultureInfo.InvariantCulture) : Count(sequence))} items)";
        }
        if (items.Count <= MaxItems && items.All(item => item is not null && NestedHtml.Entry(item) is { Value: var value } && Scalars.IsScalar(value)))
            return Cut($"[{string.Join(", ", items.Select(item => NestedHtml.Entry(item!)!.Value).Select(entry => $"{Of(entry.Key)}: {Scalars.Short(entry.Value)}"))}]");
        return items.Count == 1 ? "1 item" : items.Count <= MaxItems ? $"{items.Count} items" : $"{Count(sequence)} items";
    }

    // One level only: what is deeper is told by its kind.
    private static string Inner(object? value) => value is null || Scalars.IsScalar(value) ? Scalars.Short(value)
        : value is IEnumerable sequence && Members.IsSequence(value) ? Sequence(sequence)
        : "…";

    private static string Cut(string text, int length = MaxLength)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        return line.Length > length ? line[..length].TrimEnd(',', ' ') + "…" : end < 0 ? line : line + " …";
    }
}
