using System.Collections;
using System.Globalization;
using System.Text;
using MarginNotebooks.Display;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Writes values into the cells of tables; what has parts of its own is folded away under a summary.</summary>
/// <remarks>Depth and the number of cells are bounded: a graph of objects that never ends, or a large one, still gives a small output.</remarks>
/// <param name="html">Takes the markup.</param>
public sealed class NestedHtml(StringBuilder html)
{
    private const int MaxDepth = 3;
    private const int MaxRows = 20;
    private int _cells = 2000;

    /// <summary>A table cell.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="depth">How many tables the cell lies in, itself not counted.</param>
    public void Cell(object? value, int depth = 0)
    {
        _cells--;
        html.Append("<td").Append(Scalars.IsNumber(value) ? " style=\"text-align:right\"" : "");
        if (value is null || Scalars.IsScalar(value))
        {
            var (shown, exact) = (Scalars.Short(value), value is null ? "" : Scalars.Exact(value));
            if (exact != shown)
                html.Append(CultureInfo.InvariantCulture, $" title=\"{HtmlText.Escape(exact)}\"");
            html.Append('>').Append(HtmlText.Escape(shown));
        }
        else
        {
            html.Append(" style=\"text-align:left\">");
            Inside(value, depth);
        }
        html.Append("</td>");
    }

    /// <summary>A table of a value's parts, one row each.</summary>
    /// <param name="value">A structured value.</param>
    /// <param name="depth">How many tables this one lies in.</param>
    public void Parts(object value, int depth = 0)
    {
        html.Append("<table class=\"dataframe\"><tbody>");
        foreach (var member in Members.Of(value))
        {
            html.Append("<tr><th scope=\"row\" style=\"text-align:left\">").Append(HtmlText.Escape(member.Name)).Append("</th>");
            Cell(member.Read(value) ?? Null.Value, depth + 1);
            html.Append("</tr>");
        }
        html.Append("</tbody></table>");
    }

    private void Inside(object value, int depth)
    {
        var summary = HtmlText.Escape(Summaries.Of(value));
        var items = value is IEnumerable sequence && Members.IsSequence(value) && value is not IRichOutput
            ? sequence.Cast<object?>().Take(MaxRows + 1).ToList() : null;
        var folds = value is not IRichOutput && depth < MaxDepth && _cells > 0
            && (items is null ? Members.IsStructured(value) : !items.All(Scalars.IsScalar));
        if (!folds)
        {
            html.Append(summary);
            return;
        }
        html.Append("<details><summary>").Append(summary).Append("</summary>");
        if (items is null)
            Parts(value, depth);
        else
            Items(items, value, depth);
        html.Append("</details>");
    }

    private void Items(List<object?> items, object sequence, int depth)
    {
        html.Append("<table class=\"dataframe\"><tbody>");
        foreach (var (i, item) in items.Take(MaxRows).Index())
        {
            var (key, value) = item is not null && Entry(item) is { } entry ? entry : (i, item);
            html.Append("<tr><th scope=\"row\" style=\"text-align:left\">").Append(HtmlText.Escape(Summaries.Of(key))).Append("</th>");
            Cell(value ?? Null.Value, depth + 1);
            html.Append("</tr>");
        }
        html.Append("</tbody></table>");
        if (items.Count > MaxRows)
            html.Append(CultureInfo.InvariantCulture, $"first {MaxRows} of {Summaries.Count((IEnumerable)sequence)}");
    }

    /// <summary>Key and value of an entry of a dictionary.</summary>
    /// <param name="item">Any value.</param>
    /// <returns>Both; null when the value is no such entry.</returns>
    internal static (object? Key, object? Value)? Entry(object item)
    {
        var type = item.GetType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            ? (type.GetProperty("Key")!.GetValue(item), type.GetProperty("Value")!.GetValue(item))
            : null;
    }
}
