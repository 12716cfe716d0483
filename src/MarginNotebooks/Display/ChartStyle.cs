using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>The look all charts share: white ground, thin grey grid, dark readable text, title at the top left, legend below.</summary>
internal static class ChartStyle
{
    private const string Grid = "#E4E4E4";
    private const string Frame = "#555555";
    private const int LineLength = 115; // characters in a picture of the usual width

    /// <summary>A layout.</summary>
    /// <param name="title">Plain text.</param>
    /// <param name="subtitle">Plain text below the title, broken at a semicolon where it is too long for a line; null for none.</param>
    /// <param name="plotHeight">Height of the plotting area in pixels, without title, axis titles and legend.</param>
    /// <param name="panelHeadings">Whether room for a line above the panels is needed.</param>
    /// <param name="left">Left margin in pixels.</param>
    /// <param name="right">Right margin in pixels.</param>
    /// <param name="axisTitle">Whether room for an axis title below the panels is needed.</param>
    /// <param name="above">More room between the title and the panels in pixels, for example for buttons.</param>
    public static Layout Layout(
        string title, string? subtitle, int plotHeight, bool panelHeadings = false, int left = 68, int right = 24, bool axisTitle = true,
        int above = 0)
    {
        var lines = subtitle is null ? [] : Lines(subtitle);
        var top = 44 + (20 * lines.Count) + (panelHeadings ? 26 : 6) + above;
        var (bottom, legend) = axisTitle ? (92, 54) : (44, 12);
        var text = $"<b>{Escape(title)}</b>" + string.Concat(lines.Select(line => $"<br><span style=\"font-size:13px\">{Escape(line)}</span>"));
        return PlotlySpec.Layout(
            ("title", Node(
                ("text", text), ("x", 0), ("xref", "container"), ("xanchor", "left"), ("y", 1), ("yref", "container"), ("yanchor", "top"),

                // Plotly anchors the first of several lines as if there were one.
                ("pad", Node(("t", subtitle is null ? 14 : 28), ("l", 16))), ("font", Node(("size", 17))))),
            ("height", plotHeight + top + bottom),
            ("autosize", true),
            ("paper_bgcolor", "#FFFFFF"),
            ("plot_bgcolor", "#FFFFFF"),
            ("font", Node(
                ("family", "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"), ("size", 13),
                    ("color", Palette.Ink))),
            ("margin", Node(("l", left), ("r", right), ("t", top), ("b", bottom))),
            ("hoverlabel", Node(("bgcolor", "#FFFFFF"), ("font", Node(("color", Palette.Ink))))),
            ("legend", Node(
                ("orientation", "h"), ("x", 0.5), ("xanchor", "center"), ("y", Math.Round(-(double)legend / plotHeight, 4)),
                    ("yanchor", "top"),
                ("traceorder", "normal"))));
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var rest = text; ;)
        {
            var cut = rest.Length <= LineLength ? -1 : rest.LastIndexOf("; ", LineLength, StringComparison.Ordinal);
            lines.Add(cut < 0 ? rest : rest[..(cut + 1)]);
            if (cut < 0)
                return lines;
            rest = rest[(cut + 2)..];
        }
    }

    /// <summary>An axis; members given in <paramref name="more"/> win.</summary>
    public static DynamicObj.DynamicObj Axis(string? title, double[] domain, string anchor,
        params ReadOnlySpan<(string Name, object? Value)> more) =>
        Fill(
            Node(
                ("title", title is null ? null : Node(("text", title), ("standoff", 8))),
                ("domain", domain), ("anchor", anchor), ("showgrid", true), ("gridcolor", Grid), ("zeroline", false),
                ("showline", true), ("linecolor", Frame), ("mirror", true), ("ticks", "outside"), ("ticklen", 4), ("tickcolor", Frame)),
            more);

    /// <summary>Text placed in fractions of the plotting area, for example a heading above a panel.</summary>
    public static DynamicObj.DynamicObj Text(string markup, double x, double y, string xAnchor = "center", string yAnchor = "bottom",
        int size = 14) => Node(
        ("text", markup), ("x", Math.Round(x, 5)), ("y", y), ("xref", "paper"), ("yref", "paper"), ("xanchor", xAnchor),
            ("yanchor", yAnchor),
        ("showarrow", false), ("font", Node(("size", size))));

    /// <summary>Plotly's name of the n-th axis (zero-based): x, x2, x3, …</summary>
    public static string AxisId(char letter, int index) => index == 0 ? $"{letter}" : $"{letter}{index + 1}";

    /// <summary>The layout member of the n-th axis (zero-based): xaxis, xaxis2, …</summary>
    public static string AxisMember(char letter, int index) => index == 0 ? $"{letter}axis" : $"{letter}axis{index + 1}";
}
