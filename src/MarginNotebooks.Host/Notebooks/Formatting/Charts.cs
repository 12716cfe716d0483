using System.Text.Json.Nodes;
using Plotly.NET;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows Plotly.NET charts that were not wrapped in the kit's own figure.</summary>
public static class Charts
{
    /// <summary>Shows a chart.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The bundle; null when the value is no chart.</returns>
    public static MimeBundle? TryFormat(object value)
    {
        if (value is not GenericChart chart)
            return null;
        var title = TitleOf(JsonNode.Parse(GenericChart.toFigureJson(chart))) ?? "Chart";
        // A figure brings the forms for every viewer; of the words it wants, a bare chart has only its title.
        var parts = new Display.Figure(chart, title, title).ToMimeBundle();
        return new MimeBundle([.. parts.Where(part => part.Key != MimeBundle.PlainText), new(MimeBundle.PlainText, title)]);
    }

    /// <summary>The title that a figure carries.</summary>
    /// <param name="figure">A figure as plotly.js takes it.</param>
    /// <returns>Title; null when it has none.</returns>
    public static string? TitleOf(JsonNode? figure) => figure?["layout"]?["title"] switch
    {
        JsonObject title => (string?)title["text"],
        JsonValue title => title.ToString(),
        _ => null,
    };
}
