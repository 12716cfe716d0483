using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows sequences: scalars on one line, objects as a table of their public properties.</summary>
public static class Sequences
{
    private const int MaxRows = 100;
    private const int MaxItems = 200;

    /// <summary>Shows a sequence; of a long one only the beginning, and says so.</summary>
    /// <param name="sequence">Any sequence, also an endless one.</param>
    /// <returns>The bundle.</returns>
    public static MimeBundle Format(IEnumerable sequence)
    {
        var items = sequence.Cast<object?>().Take(MaxItems + 1).ToList();
        if (items.FirstOrDefault(item => item is not null) is not { } sample || Scalars.IsScalar(sample))
            return MimeBundle.OfText(OneLine(sequence, items));
        var columns = Columns(sample);
        if (columns.Count == 0 || items.Any(item => item is not null && item.GetType() != sample.GetType() && !SameColumns(item, columns)))
            return MimeBundle.OfText(string.Join('\n', items.Take(MaxRows).Select(Scalars.Exact)));
        var rows = items.Take(MaxRows).Select(item => (IReadOnlyList<object?>)[.. columns.Select(column => item is null ? null : column.Read(item))]);
        var note = items.Count <= MaxRows ? null : string.Create(CultureInfo.InvariantCulture, $"first {MaxRows} of {Length(sequence)} rows");
        return new Grid([.. columns.Select(column => column.Name)], [.. rows], note).ToMimeBundle();
    }

    private static string OneLine(IEnumerable sequence, List<object?> items)
    {
        var shown = string.Join(", ", items.Take(MaxItems).Select(item => item is string text ? $"\"{text}\"" : Scalars.Exact(item)));
        return items.Count <= MaxItems ? $"[{shown}]" : $"[{shown}, …] (first {MaxItems} of {Length(sequence)})";
    }

    private static string Length(IEnumerable sequence) =>
        sequence is ICollection collection ? collection.Count.ToString(CultureInfo.InvariantCulture) : "many";

    private static List<(string Name, Func<object, object?> Read)> Columns(object sample)
    {
        if (sample is ITuple tuple)
            return [.. Enumerable.Range(0, tuple.Length).Select(i => ($"Item{i + 1}", (Func<object, object?>)(item => ((ITuple)item)[i])))];
        return [.. sample.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike)
            .Select(property => (property.Name, (Func<object, object?>)(item => Read(property, item))))];
    }

    private static object? Read(PropertyInfo property, object item)
    {
        try
        {
            return property.DeclaringType!.IsInstanceOfType(item) ? property.GetValue(item) : null;
        }
        catch (TargetInvocationException e)
        {
            return $"({e.InnerException?.GetType().Name})";
        }
    }

    private static bool SameColumns(object item, List<(string Name, Func<object, object?> Read)> columns) =>
        Columns(item).Select(column => column.Name).SequenceEqual(columns.Select(column => column.Name));
}
