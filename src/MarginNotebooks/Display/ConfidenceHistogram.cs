using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>
/// How confident a network is: the share of pixels in each confidence bin, with its mean confidence and its accuracy as lines.
/// </summary>
/// <remarks>
/// Bar b has height <c>n_b / n</c>. For a calibrated network the two lines coincide; mean confidence right of accuracy means
/// over-confidence.
/// Source: Guo et al. 2017, arXiv 1706.04599, figure 1.
/// </remarks>
[Reference(ReferenceKind.Chart, "confidence-histogram", "Confidence histogram",
    Formula = "n_b / n by confidence bin b; lines at the mean confidence and at the accuracy",
    Source = "Guo et al., ICML 2017, arXiv 1706.04599, figure 1", Test = "ConfidenceHistogramTests")]
public static class ConfidenceHistogram
{
    /// <summary>One panel a network, on the same axes; at most four panels in a row.</summary>
    /// <param name="methods">Name and sums of each network.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis, which shows the rare unsure pixels.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no network, or one of them has no pixel.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, BinSums Bins)> methods, string title = "Confidence histograms", string? subtitle = null,
            bool logScale = false)
    {
        NetworkBins.Check(methods, "A confidence histogram");

        var grid = new PanelGrid(methods.Count, 4, 0.035, methods.Count > 4 ? 0.16 : 0, maxWidth: 0.56);
        var layout = ChartStyle.Layout(title, subtitle, grid.Rows * 260, panelHeadings: true);
        var shares = methods.SelectMany(method => method.Bins.Count.Where(count => count > 0)
            .Select(count => (double)count / method.Bins.Total)).ToArray();
        double[] range = logScale ? [Math.Floor(Math.Log10(shares.Min())), 0.1] : [0, Math.Min(1, shares.Max() * 1.08)];
        var traces = new List<Trace>();
        var headings = new List<object>();
        for (var m = 0; m < methods.Count; m++)
        {
            AddPanel(traces, methods[m].Bins, m, logScale ? [Math.Pow(10, range[0]), 1] : range);
            AddAxes(layout, grid, m, range, logScale);
            var x = grid.X(m);
            headings.Add(ChartStyle.Text($"<b>{Escape(methods[m].Name)}</b>", (x[0] + x[1]) / 2, grid.Y(m)[1]));
        }

        Fill(layout, ("annotations", headings.ToArray()), ("bargap", 0));
        return new Figure(Chart(traces, layout), title, "Share of pixels by confidence: " + string.Join("; ", methods.Select(Describe))
            + ".");
    }

    private static void AddPanel(List<Trace> traces, BinSums bins, int panel, double[] heights)
    {
        var width = 1.0 / bins.Bins;
        var all = Enumerable.Range(0, bins.Bins).ToArray();
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        traces.Add(Trace("bar",
            ("name", "share of pixels"), ("legendgroup", "share"), ("showlegend", panel == 0), ("xaxis", x), ("yaxis", y), ("width", width),
            ("x", all.Select(b => (b + 0.5) * width).ToArray()),
            ("y", all.Select(b => (double)bins.Count[b] / bins.Total).ToArray()),
            ("marker", Node(("color", Palette.SkyBlue), ("line", Node(("color", "#FFFFFF"), ("width", 0.7))))),
            ("hovertemplate", "confidence %{x:.3f}<br>%{y:.4%} of the pixels<extra></extra>")));
        foreach (var (name, value, colour, dash) in Means(bins))
            traces.Add(Trace("scatter",
                ("name", name), ("legendgroup", name), ("showlegend", panel == 0), ("mode", "lines"), ("xaxis", x), ("yaxis", y),
                ("x", new[] { value, value }), ("y", heights), ("line", Node(("color", colour), ("width", 2.5), ("dash", dash))),
                ("hovertemplate", $"{name} %{{x:.4f}}<extra></extra>")));
    }

    private static (string Name, double Value, string Colour, string Dash)[] Means(BinSums bins) =>
    [
        ("accuracy", bins.Correct.Sum() / bins.Total, Palette.Blue, "solid"),
        ("mean confidence", bins.Confidence.Sum() / bins.Total, Palette.Vermillion, "dash"),
    ];

    private static void AddAxes(Layout layout, PanelGrid grid, int panel, double[] range, bool log) => Fill(layout,
        (ChartStyle.AxisMember('x', panel),
            ChartStyle.Axis(grid.IsBottom(panel) ? "Confidence" : null, grid.X(panel), ChartStyle.AxisId('y', panel),
            ("range", new[] { 0.0, 1.0 }), ("tickvals", new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }))),
        (ChartStyle.AxisMember('y', panel),
            ChartStyle.Axis(grid.IsLeft(panel) ? "Share of pixels" : null, grid.Y(panel), ChartStyle.AxisId('x', panel),
            ("type", log ? "log" : "linear"), ("range", range), ("tickformat", log ? null : ".0%"), ("dtick", log ? 1 : null),
                ("exponentformat", "power"),
            ("showticklabels", grid.IsLeft(panel)))));

    private static string Describe((string Name, BinSums Bins) method)
    {
        var means = Means(method.Bins);
        return string.Create(CultureInfo.InvariantCulture,
            $"{method.Name} mean confidence {means[1].Value:0.000}, accuracy {means[0].Value:0.000}");
    }
}
