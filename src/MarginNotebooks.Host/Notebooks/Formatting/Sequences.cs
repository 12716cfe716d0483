using System.Collections;
using System.Globalization;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows sequences: scalars on one line, objects as a table of their parts, a two-dimensional array as it is laid out.</summary>
public static class Sequences
{
    private const int MaxRows = 100;
    private const int MaxColumns = 20;
    private const int MaxItems = 200;

    /// <summary>Shows a sequence; of a long one only the beginning, and says so.</summary>
    /// <param name="sequence">Any sequence, also an endless one.</param>
    /// <returns>The bundle.</returns>
    public static MimeBundle Format(IEnumerable sequence)
    {
        if (sequence is Array { Rank: 2 } matrix)
            return Matrix(matrix).ToMimeBundle();
        var items = sequence.Cast<object?>().Take(MaxItems + 1).ToList();
        if (items.All(Scalars.IsScalar))
            return MimeBundle.OfText(OneLine(sequence, items));
        var note = items.Count <= MaxRows ? null : $"first {MaxRows} of {Length(sequence, items)} rows";
        var shown = items.Take(MaxRows).ToList();
        return (CommonColumns(shown) is { } columns
            ? new Grid([.. columns.Select(column => column.Name)],
                [.. shown.Select(item => (IReadOnlyList<object?>)[.. columns.Select(column => item is null ? null : column.Read(item))])], note)
            : new Grid(["", "Value"], [.. shown.Select((item, i) => (IReadOnlyList<object?>)[i, item ?? Null.Value])], note)).ToMimeBundle();
    }

    private static string OneLine(IEnumerable sequence, List<object?> items)
    {
        var shown = string.Join(", ", items.Take(MaxItems).Select(item => item is string text ? $"\"{text}\"" : Scalars.Exact(item)));
        return items.Count <= MaxItems ? $"[{shown}]" : $"[{shown}, …] (first {MaxItems} of {Summaries.Count(sequence)})";
    }

    private static string Length(IEnumerable sequence, List<object?> items) =>
        items.Count <= MaxItems ? items.Count.ToString(CultureInfo.InvariantCulture) : Summaries.Count(sequence);

    /// <summary>The parts that all items have; null when they are of different kinds, or have none.</summary>
    private static IReadOnlyList<Member>? CommonColumns(List<object?> items)
    {
        var present = items.OfType<object>().ToList();
        if (present.Count == 0 || !present.All(Members.IsStructured) || present.Any(item => item is Display.IRichOutput))
            return null;
        var columns = Members.Of(present[0]);
        var names = columns.Select(column => column.Name).ToList();
        foreach (var type in present.DistinctBy(item => item.GetType()))
            if (!Members.Of(type).Select(member => member.Name).SequenceEqual(names))
                return null;
        // Items of several types with the same names: each is read in its own way.
        return present.All(item => item.GetType() == present[0].GetType())
            ? columns
            : [.. names.Select((name, i) => new Member(name, item => Members.Of(item)[i].Read(item)))];
    }

    private static Grid Matrix(Array matrix)
    {
        var (rows, columns) = (matrix.GetLength(0), matrix.GetLength(1));
        var (shownRows, shownColumns) = (Math.Min(rows, MaxRows), Math.Min(columns, MaxColumns));
        var cells = Enumerable.Range(0, shownRows).Select(r => (IReadOnlyList<object?>)
            [r, .. Enumerable.Range(0, shownColumns).Select(c => matrix.GetValue(r, c))]);
        var note = shownRows < rows || shownColumns < columns
            ? $"first {shownRows} of {rows} rows, first {shownColumns} of {columns} columns" : null;
        return new Grid(["", .. Enumerable.Range(0, shownColumns).Select(c => c.ToString(CultureInfo.InvariantCulture))], [.. cells], note);
    }
}
