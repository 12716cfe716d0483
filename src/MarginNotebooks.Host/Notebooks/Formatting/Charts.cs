using Plotly.NET;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows Plotly.NET charts that were not wrapped in the kit's own figure.</summary>
public static class Charts
{
    /// <summary>Shows a chart.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The bundle; null when the value is no chart.</returns>
    public static MimeBundle? TryFormat(object value) => value is GenericChart chart
        ? new MimeBundle([new(MimeBundle.Plotly, GenericChart.toFigureJson(chart)), new(MimeBundle.PlainText, "Plotly chart")])
        : null;
}
