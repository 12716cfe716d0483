using System.Globalization;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>The two curve panels of <see cref="MarginExplorer"/>: penalty above, slopes below, over the logit distance.</summary>
/// <param name="maxDistance">Right end of the axes.</param>
internal sealed class MarginCurves(double maxDistance)
{
    // Cross-entropy starts far below; what matters is where the slopes cancel.
    private const double LowestSlope = -0.25;
    private const int Steps = 120;
    private static readonly double[] Upper = [0.57, 1];
    private static readonly double[] Lower = [0, 0.43];

    /// <summary>Penalty, margin and resting point above; the three slopes, margin and resting point below.</summary>
    public IEnumerable<Trace> Traces(MarginPixel pixel)
    {
        var m = Math.Min(pixel.Margin, maxDistance);
        // The slope jumps at the margin: two points with the same distance make the jump upright.
        double[] d = [.. Enumerable.Range(0, Steps + 1).Select(i => maxDistance * i / Steps)];
        double[] before = [.. d.Where(x => x < m), m];
        double[] after = pixel.Pull == 0 ? [] : [m, .. d.Where(x => x > m)];
        double[] along = [.. before, .. after];
        double[] pull = [.. before.Select(_ => 0.0), .. after.Select(_ => pixel.Pull)];
        double[] sum = [.. along.Select((x, i) => pixel.CrossEntropySlope(x) + pull[i])];
        var rest = pixel.RestingDistance;

        yield return Line("penalty", 0, [0, m, maxDistance], [0, 0, pixel.Penalty(maxDistance)], Palette.Green, 3.2);
        yield return MarginLine(0, pixel.Margin);
        yield return Line("slope of cross-entropy", 1, d, [.. d.Select(pixel.CrossEntropySlope)], Palette.SkyBlue, 3.2, "dot");
        yield return Line("slope of the penalty", 1, along, pull, Palette.Green, 3.2);
        yield return Line("slope of the whole loss", 1, along, sum, Palette.Blue, 2.2);
        yield return MarginLine(1, pixel.Margin);
        yield return Trace("scatter",
            ("name", "the whole loss is lowest"), ("mode", "markers"), ("x", new[] { rest <= maxDistance ? rest : double.NaN }), ("y", new[] { 0.0 }),
            ("xaxis", X(1)), ("yaxis", Y(1)),
            ("marker", Node(("size", 11), ("color", Palette.Blue), ("line", Node(("color", "#FFFFFF"), ("width", 1.5))))),
            ("hovertemplate", "lowest at d = %{x:.2f}<extra></extra>"));
    }

    /// <summary>Headings, and in words where the loss is lowest.</summary>
    public IEnumerable<object> Texts(MarginPixel pixel, double[] x)
    {
        var centre = (x[0] + x[1]) / 2;
        yield return ChartStyle.Text("<b>Penalty</b>", centre, Upper[1]);
        yield return ChartStyle.Text("<b>Gradient</b>: above 0 it pulls the logits together, below 0 apart", centre, Lower[1], size: 13);
        var rest = pixel.RestingDistance;
        yield return Fill(
            ChartStyle.Text(double.IsInfinity(rest)
                ? "no penalty: the loss falls for ever,<br>the confidence goes to 1"
                : string.Create(CultureInfo.InvariantCulture, $"lowest at d = {rest:0.00}:<br>confidence {pixel.Confidence(rest):0.000}"),
                x[0], Upper[1], "left", "top", 13),
            ("xshift", 6), ("yshift", -6), ("align", "left"), ("bgcolor", "rgba(255,255,255,0.8)"));
    }

    /// <summary>Axes that stay as they are while the margin moves.</summary>
    /// <param name="layout">Receives them.</param>
    /// <param name="x">Left and right end of the panels.</param>
    /// <param name="steepest">The smallest margin, whose penalty rises highest.</param>
    public void AddAxes(Layout layout, double[] x, MarginPixel steepest)
    {
        var highest = Math.Max(steepest.Penalty(maxDistance), 0.1);
        var pull = Math.Max(steepest.Pull, 0.05);
        double[] distances = [0, maxDistance];
        Fill(layout,
            (ChartStyle.AxisMember('x', 0), ChartStyle.Axis(null, x, Y(0), ("range", distances), ("showticklabels", false))),
            (ChartStyle.AxisMember('y', 0), ChartStyle.Axis("nats", Upper, X(0), ("range", new[] { -0.04 * highest, 1.1 * highest }))),
            (ChartStyle.AxisMember('x', 2), ChartStyle.Axis("Logit distance d", x, Y(1), ("range", distances), ("matches", "x"))),
            (ChartStyle.AxisMember('y', 1), ChartStyle.Axis("nats a logit", Lower, X(1), ("range", new[] { LowestSlope, 2 * pull }),
                ("zeroline", true), ("zerolinecolor", Palette.Ink), ("zerolinewidth", 1))));
    }

    // The right-hand panel of the figure has the second x axis and the third and fourth y axes.
    private static string X(int panel) => ChartStyle.AxisId('x', 2 * panel);

    private static string Y(int panel) => ChartStyle.AxisId('y', panel);

    private static Trace Line(string name, int panel, double[] x, double[] y, string colour, double width, string dash = "solid") => Trace("scatter",
        ("name", name), ("mode", "lines"), ("x", Rounded(x)), ("y", Rounded(y)), ("xaxis", X(panel)), ("yaxis", Y(panel)),
        ("showlegend", panel == 1),
        ("line", Node(("color", colour), ("width", width), ("dash", dash), ("simplify", false))),
        ("hovertemplate", "d = %{x:.2f}: %{y:.4f}<extra>%{fullData.name}</extra>"));

    private static Trace MarginLine(int panel, double margin) => Trace("scatter",
        ("name", "margin m"), ("mode", "lines"), ("x", new[] { Finite(margin), Finite(margin) }), ("y", new[] { -1000.0, 1000 }),
        ("xaxis", X(panel)), ("yaxis", Y(panel)), ("showlegend", panel == 1), ("hoverinfo", "skip"),
        ("line", Node(("color", Palette.Ink), ("width", 1.2), ("dash", "dash"))));

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;

    private static double[] Rounded(double[] values) => [.. values.Select(value => Math.Round(value, 5))];
}
