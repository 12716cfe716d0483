using System.Globalization;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>
/// What each loss adds to cross-entropy as a pixel's logit distance grows, and where the whole loss has its lowest point.
/// </summary>
[Reference(ReferenceKind.Chart, "penalty-curves", "Penalty curves",
    Formula = "penalty(d) − penalty(0), and cross-entropy + penalty, over the logit distance d of two classes",
    Source = "Murugesan et al., Medical Image Analysis 87 (2023) 102826, arXiv 2209.09641, for the penalties", Test = "PenaltyCurveTests")]
public static class PenaltyCurves
{
    private const int Steps = 300;

    /// <summary>
    /// Two panels over the logit distance of two classes: the penalty (less its value at 0), and cross-entropy plus penalty with its
    /// minimum marked.
    /// </summary>
    /// <param name="curves">The losses.</param>
    /// <param name="maxDistance">Right end of the axis.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Line below the title; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no curve, or the axis has no length.</exception>
    public static Figure Draw(
        IReadOnlyList<PenaltyCurve> curves, double maxDistance = 12, string title = "What each loss adds to cross-entropy",
        string? subtitle = "one pixel, two classes; d is the logit of the true class minus that of the other")
    {
        if (curves.Count == 0)
            throw new ArgumentException("Penalty curves need at least one loss.", nameof(curves));
        if (!(maxDistance > 0) || double.IsInfinity(maxDistance))
            throw new ArgumentException($"The largest logit distance must be positive and finite, not {maxDistance}.", nameof(maxDistance));

        double[] d = [.. Enumerable.Range(0, Steps + 1).Select(i => maxDistance * i / Steps)];
        var layout = ChartStyle.Layout(title, subtitle, 330, panelHeadings: true);
        AddAxes(layout, 0, [0, 0.46], "Penalty (nats, 0 at d = 0)", maxDistance);
        AddAxes(layout, 1, [0.56, 1], "Cross-entropy + penalty (nats)", maxDistance);
        Fill(layout, ("annotations", new object[]
        {
            ChartStyle.Text("<b>Penalty</b>", 0.23, 1),
            ChartStyle.Text("<b>Whole loss</b>, lowest point marked", 0.78, 1),
        }));
        var traces = new List<Trace>();
        for (var c = 0; c < curves.Count; c++)
            AddCurve(traces, curves[c], c, d, 2.4 + Math.Min(3, 0.6 * (curves.Count - 1 - c)));
        return new Figure(Chart(traces, layout), title,
            "Penalty and whole loss over the logit distance: " + string.Join("; ", curves.Select(curve => Describe(curve, d))) + ".");
    }

    // Earlier curves are drawn wider: where curves coincide, the one below still shows.
    private static void AddCurve(List<Trace> traces, PenaltyCurve curve, int index, double[] d, double width)
    {
        var colour = Palette.Series(index);
        traces.Add(Line(curve.Name, 0, d, [.. d.Select(x => curve.Penalty(x) - curve.Penalty(0))], colour, index, width));
        traces.Add(Line(curve.Name, 1, d, [.. d.Select(curve.LossAt)], colour, index, width));
        if (Lowest(curve, d) is { } x)
            traces.Add(Trace("scatter",
                ("name", Escape(curve.Name)), ("legendgroup", $"curve{index}"), ("showlegend", false), ("mode", "markers"), ("xaxis", "x2"),
                    ("yaxis", "y2"),
                ("x", new[] { x }), ("y", new[] { curve.LossAt(x) }),
                ("marker", Node(("size", 11), ("color", colour), ("line", Node(("color", "#FFFFFF"), ("width", 1.5))))),
                ("hovertemplate", "lowest at d = %{x:.2f}<extra>%{fullData.name}</extra>")));
    }

    private static Trace Line(string name, int panel, double[] x, double[] y, string colour, int index, double width) => Trace("scatter",
        ("name", Escape(name)), ("legendgroup", $"curve{index}"), ("showlegend", panel == 0), ("mode", "lines"),
        ("x0", x[0]), ("dx", x[1] - x[0]), ("y", y.Select(value => Math.Round(value, 6)).ToArray()),
            ("xaxis", ChartStyle.AxisId('x', panel)), ("yaxis", ChartStyle.AxisId('y', panel)),
        ("line", Node(("color", colour), ("width", width), ("simplify", false))),
            ("hovertemplate", "d = %{x:.2f}: %{y:.4f}<extra>%{fullData.name}</extra>"));

    private static void AddAxes(Layout layout, int panel, double[] domain, string title, double max) => Fill(layout,
        (ChartStyle.AxisMember('x', panel),
            ChartStyle.Axis("Logit distance d", domain, ChartStyle.AxisId('y', panel), ("range", new[] { 0, max }))),
        (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(title, [0, 1], ChartStyle.AxisId('x', panel), ("rangemode", "tozero"))));

    /// <summary>
    /// Where the loss is lowest; null when it still falls at the right end, that is, when it asks for ever larger logits.
    /// </summary>
    private static double? Lowest(PenaltyCurve curve, double[] d)
    {
        var lowest = d.MinBy(curve.LossAt);
        return curve.LossAt(lowest) < curve.LossAt(d[^1]) - 1e-9 ? lowest : null;
    }

    private static string Describe(PenaltyCurve curve, double[] d) => Lowest(curve, d) is { } x
        ? string.Create(CultureInfo.InvariantCulture, $"{curve.Name} is lowest at d = {x:0.0}")
        : $"{curve.Name} keeps falling";
}
