using System.Text;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows one value by its parts: records, anonymous types, tuples, and other types without a text of their own.</summary>
public static class Objects
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">A structured value.</param>
    /// <returns>A table with a row for each part, nested ones folded away, and the same as text.</returns>
    public static MimeBundle Format(object value)
    {
        var html = new StringBuilder();
        var name = TypeNames.Of(value.GetType());
        html.Append("<p style=\"margin:0\"><code>").Append(HtmlText.Escape(name)).Append("</code></p>\n");
        new NestedHtml(html).Parts(value);
        var members = Members.Of(value);
        var width = members.Select(member => member.Name.Length).DefaultIfEmpty().Max();
        var lines = members.Select(member => $"  {member.Name.PadRight(width)}  {Summaries.Of(member.Read(value) ?? Null.Value)}");
        return MimeBundle.OfHtml(html.ToString(), string.Join('\n', [name, .. lines]));
    }
}
