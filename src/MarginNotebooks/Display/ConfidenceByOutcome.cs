using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>How confident a network is where it is right, and where it is wrong.</summary>
/// <remarks>
/// Two distributions over the confidence bins, each of which adds up to 1: of the right pixels, <c>Correct_b / Σ Correct</c>, and of the
/// wrong ones, <c>(n_b − Correct_b) / Σ(n − Correct)</c>. The less they overlap the better confidence tells errors apart; wrong pixels near 1
/// are the errors that no threshold finds. Source: Hendrycks and Gimpel 2017, arXiv 1610.02136 (the two distributions).
/// </remarks>
[Reference(ReferenceKind.Chart, "confidence-by-outcome", "Confidence of right and wrong pixels",
    Formula = "share_b(right) = Correct_b / Σ Correct; share_b(wrong) = (n_b − Correct_b) / Σ (n − Correct)",
    Source = "Hendrycks and Gimpel, ICLR 2017, arXiv 1610.02136", Test = "ConfidenceByOutcomeTests",
    Note = "Each distribution adds up to 1 by itself; their sizes are printed in the panel.")]
public static class ConfidenceByOutcome
{
    private const int MostBins = 60;

    /// <summary>One panel a network, on the same axes; at most four panels in a row.</summary>
    /// <param name="methods">Name and sums of each network.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <param name="logScale">Whether shares are drawn on a logarithmic axis, which shows the rare pixels.</param>
    /// <returns>The figure. A network without a wrong (or right) pixel has no such distribution, and its panel says so.</returns>
    /// <exception cref="ArgumentException">There is no network, or one of them has no pixel.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, BinSums Bins)> methods, string title = "Confidence where right and where wrong", string? subtitle = null,
        bool logScale = false)
    {
        NetworkBins.Check(methods, "This chart");

        var grid = new PanelGrid(methods.Count, 4, 0.035, methods.Count > 4 ? 0.16 : 0, maxWidth: 0.62);
        var layout = ChartStyle.Layout(title, subtitle, grid.Rows * 280, panelHeadings: true);
        var outcomes = methods.Select(method => Outcomes.Of(method.Bins)).ToArray();
        var shares = outcomes.SelectMany(one => one.Right.Concat(one.Wrong)).Where(share => share > 0).ToArray();
        double[] range = logScale ? [Math.Floor(Math.Log10(shares.Min())), 0.1] : [0, Math.Min(1, shares.Max() * 1.08)];
        var (traces, texts) = (new List<Trace>(), new List<object>());
        for (var m = 0; m < methods.Count; m++)
        {
            AddPanel(traces, outcomes[m], m);
            AddAxes(layout, grid, m, range, logScale);
            texts.Add(ChartStyle.Text($"<b>{Escape(methods[m].Name)}</b>", grid.X(m).Average(), grid.Y(m)[1]));
            texts.Add(Fill(ChartStyle.Text(Counts(outcomes[m]), grid.X(m)[0], grid.Y(m)[1], "left", "top", 12),
                ("xshift", 6), ("yshift", -6), ("align", "left"), ("bgcolor", "rgba(255,255,255,0.8)")));
        }

        Fill(layout, ("annotations", texts.ToArray()), ("barmode", "overlay"), ("bargap", 0));
        return new Figure(Chart(traces, layout), title, "Distribution of the confidence of right and of wrong pixels: "
            + string.Join("; ", methods.Select((method, m) => Describe(method.Name, outcomes[m]))) + ".");
    }

    private static void AddPanel(List<Trace> traces, Outcomes outcomes, int panel)
    {
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        traces.Add(Trace("bar",
            ("name", "right pixels"), ("legendgroup", "right"), ("showlegend", panel == 0), ("xaxis", x), ("yaxis", y),
            ("x", outcomes.Centres), ("y", outcomes.Right), ("width", outcomes.Widths),
            ("marker", Node(("color", Palette.Tint(Palette.Blue, 0.45)), ("line", Node(("width", 0))))),
            ("hovertemplate", "confidence around %{x:.3f}<br>%{y:.3%} of the right pixels<extra></extra>")));
        // Drawn as an outline over the bars, so that neither hides the other.
        traces.Add(Trace("scatter",
            ("name", "wrong pixels"), ("legendgroup", "wrong"), ("showlegend", panel == 0), ("mode", "lines"), ("xaxis", x), ("yaxis", y),
            ("x", outcomes.Edges), ("y", outcomes.Wrong.Append(outcomes.Wrong[^1]).ToArray()), ("connectgaps", false),
            ("line", Node(("color", Palette.Vermillion), ("width", 2.2), ("shape", "hv"))),
            ("hovertemplate", "from confidence %{x:.3f}: %{y:.3%} of the wrong pixels<extra></extra>")));
    }

    private static void AddAxes(Layout layout, PanelGrid grid, int panel, double[] range, bool log) => Fill(layout,
        (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? "Confidence" : null, grid.X(panel),
            ChartStyle.AxisId('y', panel), ("range", new[] { 0.0, 1.0 }), ("tickvals", new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }))),
        (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(grid.IsLeft(panel) ? "Share of right, or of wrong, pixels" : null, grid.Y(panel),
            ChartStyle.AxisId('x', panel), ("type", log ? "log" : "linear"), ("range", range), ("tickformat", log ? null : ".0%"),
            ("dtick", log ? 1 : null), ("exponentformat", "power"), ("showticklabels", grid.IsLeft(panel)))));

    private static string Counts(Outcomes one) =>
        string.Create(CultureInfo.InvariantCulture, $"{one.RightPixels:N0} right<br>{one.WrongPixels:N0} wrong");

    private static string Describe(string name, Outcomes one) =>
        $"{name} {Kind("right", one.RightPixels, one.Right)}, {Kind("wrong", one.WrongPixels, one.Wrong)}";

    private static string Kind(string kind, double pixels, double[] shares) => pixels == 0 ? $"no {kind} pixel"
        : string.Create(CultureInfo.InvariantCulture,
            $"{pixels:N0} {kind} pixels, {(double.IsNaN(shares[^1]) ? 0 : shares[^1]):P0} of them in the highest bin");

    /// <summary>The two distributions over at most sixty bins; NaN where there is no pixel of the kind in a bin.</summary>
    private sealed record Outcomes(double[] Edges, double[] Right, double[] Wrong, double RightPixels, double WrongPixels)
    {
        public double[] Centres => [.. Edges.Zip(Edges.Skip(1), (a, b) => (a + b) / 2)];

        public double[] Widths => [.. Edges.Zip(Edges.Skip(1), (a, b) => b - a)];

        public static Outcomes Of(BinSums sums)
        {
            var width = CoarseBins.Joined(sums.Bins, MostBins);
            var right = sums.Correct.Chunk(width).Select(chunk => chunk.Sum()).ToArray();
            var wrong = sums.Count.Chunk(width).Select((chunk, i) => chunk.Sum() - right[i]).ToArray();
            double[] edges = [.. Enumerable.Range(0, right.Length).Select(i => (double)i * width / sums.Bins), 1];
            return new Outcomes(edges, Shares(right), Shares(wrong), right.Sum(), wrong.Sum());
        }

        private static double[] Shares(double[] counts)
        {
            var all = counts.Sum();
            return Array.ConvertAll(counts, count => count > 0 ? count / all : double.NaN);
        }
    }
}
