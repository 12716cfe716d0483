using System.Globalization;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>The gradients behind <see cref="PenaltyCurves"/>: how hard each penalty pulls a pixel's two logits together, and what is left
/// of it once cross-entropy has pushed.</summary>
/// <remarks>Slopes are differences over <c>1e-6</c> to the right, so at a kink they are those of its right side.</remarks>
[Reference(ReferenceKind.Chart, "penalty-slopes", "Slopes of the penalties over the logit distance",
    Formula = "d/dd of L(d) − CE(d), and of L(d)", Source = "arXiv 2209.09641, the constrained view", Test = "PenaltySlopesTests")]
public static class PenaltySlopes
{
    private const int Steps = 300;
    private const double Difference = 1e-6;

    /// <summary>Two panels over the logit distance of two classes: the slope of the penalty, and that of cross-entropy plus penalty.</summary>
    /// <param name="curves">The losses.</param>
    /// <param name="maxDistance">Right end of the axis.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Line below the title; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no curve, or the axis has no length.</exception>
    public static Figure Draw(
        IReadOnlyList<PenaltyCurve> curves, double maxDistance = 12, string title = "How hard each penalty pulls",
        string? subtitle = "slopes over d, in nats a logit; above 0 the logits are pulled together, below 0 they are pushed apart")
    {
        if (curves.Count == 0)
            throw new ArgumentException("Slopes need at least one loss.", nameof(curves));
        if (!(maxDistance > 0) || double.IsInfinity(maxDistance))
            throw new ArgumentException($"The largest logit distance must be positive and finite, not {maxDistance}.", nameof(maxDistance));

        double[] d = [.. Enumerable.Range(0, Steps + 1).Select(i => maxDistance * i / Steps)];
        var layout = ChartStyle.Layout(title, subtitle, 330, panelHeadings: true);
        AddAxes(layout, 0, [0, 0.46], "Slope of the penalty", maxDistance);
        AddAxes(layout, 1, [0.56, 1], "Slope of the whole loss", maxDistance);
        Fill(layout, ("annotations", new object[]
        {
            ChartStyle.Text("<b>Penalty</b>", 0.23, 1),
            ChartStyle.Text("<b>Whole loss</b>: at rest where it is 0", 0.78, 1),
        }));
        var traces = new List<Trace>();
        for (var c = 0; c < curves.Count; c++)
        {
            var width = 2.4 + Math.Min(3, 0.6 * (curves.Count - 1 - c));
            traces.Add(Line(curves[c].Name, 0, d, x => Slope(curves[c].Penalty, x), c, width));
            traces.Add(Line(curves[c].Name, 1, d, x => Slope(curves[c].LossAt, x), c, width));
        }
        return new Figure(Chart(traces, layout), title,
            "Slopes over the logit distance: " + string.Join("; ", curves.Select(curve => Describe(curve, maxDistance))) + ".");
    }

    /// <summary>Right-hand slope of a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="distance">Where.</param>
    /// <returns>The slope.</returns>
    public static double Slope(Func<double, double> function, double distance) =>
        (function(distance + Difference) - function(distance)) / Difference;

    private static string Describe(PenaltyCurve curve, double maxDistance)
    {
        var (start, end) = (Slope(curve.Penalty, 0), Slope(curve.Penalty, maxDistance));
        return string.Create(CultureInfo.InvariantCulture, $"{curve.Name} pulls with {start:0.000} at d = 0 and {end:0.000} at d = {maxDistance:0.#}");
    }

    private static Trace Line(string name, int panel, double[] x, Func<double, double> slope, int index, double width) => Trace("scatter",
        ("name", Escape(name)), ("legendgroup", $"curve{index}"), ("showlegend", panel == 0), ("mode", "lines"),
        ("x0", x[0]), ("dx", x[1] - x[0]), ("y", x.Select(at => Math.Round(slope(at), 6)).ToArray()),
        ("xaxis", ChartStyle.AxisId('x', panel)), ("yaxis", ChartStyle.AxisId('y', panel)),
        ("line", Node(("color", Palette.Series(index)), ("width", width), ("simplify", false))),
        ("hovertemplate", "d = %{x:.2f}: %{y:.4f}<extra>%{fullData.name}</extra>"));

    private static void AddAxes(Layout layout, int panel, double[] domain, string title, double max) => Fill(layout,
        (ChartStyle.AxisMember('x', panel),
            ChartStyle.Axis("Logit distance d", domain, ChartStyle.AxisId('y', panel), ("range", new[] { 0, max }))),
        (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(title, [0, 1], ChartStyle.AxisId('x', panel),
            ("zeroline", true), ("zerolinecolor", Palette.Ink), ("zerolinewidth", 1))));
}
