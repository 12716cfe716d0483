using System.Globalization;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Penalties over the probabilities of three classes, with the way in which each moves them.</summary>
/// <remarks>
/// The triangle is the simplex <c>s_1 + s_2 + s_3 = 1</c>; a corner is certainty. Colour is the penalty, lines join equal penalties. A
/// stroke shows where gradient descent on the penalty alone takes the probabilities: with <c>l' = −∇P</c>, <c>s' = s∘l' − s·(s·l')</c>.
/// Its length grows with the root of the speed, longest in each panel alike; where there is a dot, nothing moves.
/// </remarks>
[Reference(ReferenceKind.Chart, "simplex", "Penalties over the probability simplex",
    Formula = "P(l) over s = softmax(l), K = 3; strokes: s' = −(s∘∇P − s·(s·∇P))", Source = "arXiv 2209.09641, the constrained view", Test = "SimplexPenaltyTests")]
public static class SimplexContours
{
    private const int Cells = 60;
    private const int Strokes = 13;
    private const double Rim = 0.0005;
    private static readonly double Height = Math.Sqrt(3) / 2;

    /// <summary>One triangle for each penalty.</summary>
    /// <param name="penalties">The penalties.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Line below the title; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no penalty.</exception>
    public static Figure Draw(
        IReadOnlyList<SimplexPenalty> penalties, string title = "Where each penalty pulls the probabilities of three classes",
        string? subtitle = "dark: low penalty; strokes: the way of gradient descent on the penalty alone; dots: no pull; a corner is certainty")
    {
        if (penalties.Count == 0)
            throw new ArgumentException("Contours need at least one penalty.", nameof(penalties));
        var grid = new PanelGrid(penalties.Count, 2, 0.06, 0.14);
        var layout = ChartStyle.Layout(title, subtitle, 390 * grid.Rows, panelHeadings: true, left: 24, axisTitle: false);
        var texts = new List<object>();
        var traces = new List<Trace>();
        for (var p = 0; p < penalties.Count; p++)
        {
            AddAxes(layout, grid, p);
            var (x, y) = (grid.X(p), grid.Y(p));
            texts.Add(ChartStyle.Text($"<b>{Escape(penalties[p].Name)}</b>   {Escape(penalties[p].Formula)}", (x[0] + x[1]) / 2, y[1]));
            traces.Add(Contour(penalties[p], p));
            traces.AddRange(Field(penalties[p], p));
        }
        Fill(layout, ("annotations", texts.ToArray()), ("showlegend", false));
        return new Figure(Chart(traces, layout), title,
            "Penalties over the probability simplex of three classes: " + string.Join("; ", penalties.Select(Describe)) + ".");
    }

    /// <summary>Share of the simplex, evenly sampled, on which a penalty's gradient is exactly 0.</summary>
    /// <param name="penalty">The penalty.</param>
    /// <returns>From 0 to 1.</returns>
    public static double FlatShare(SimplexPenalty penalty)
    {
        var points = Points(120).ToList();
        return points.Count(point => penalty.Gradient(Logits(point)).All(g => g == 0)) / (double)points.Count;
    }

    private static string Describe(SimplexPenalty penalty)
    {
        var flat = FlatShare(penalty);
        return flat > 0.01
            ? string.Create(CultureInfo.InvariantCulture, $"{penalty.Name} does not pull on {flat:P0} of the area")
            : $"{penalty.Name} pulls to the centre from everywhere";
    }

    private static void AddAxes(Layout layout, PanelGrid grid, int panel) => Fill(layout,
        (ChartStyle.AxisMember('x', panel), Hidden(grid.X(panel), ChartStyle.AxisId('y', panel), -0.08, 1.08)),
        (ChartStyle.AxisMember('y', panel), Fill(
            Hidden(grid.Y(panel), ChartStyle.AxisId('x', panel), -0.08, Height + 0.1),
            ("scaleanchor", ChartStyle.AxisId('x', panel)))));

    private static DynamicObj.DynamicObj Hidden(double[] domain, string anchor, double from, double to) => Node(
        ("domain", domain), ("anchor", anchor), ("range", new[] { from, to }), ("visible", false), ("constrain", "domain"));

    private static Trace Contour(SimplexPenalty penalty, int panel)
    {
        // Rows and columns in steps of equal length; what lies outside the triangle stays empty.
        var rows = (int)Math.Ceiling(Cells * Height);
        var z = new double?[rows + 1][];
        for (var r = 0; r <= rows; r++)
        {
            z[r] = new double?[Cells + 1];
            for (var c = 0; c <= Cells; c++)
                if (Inside((double)c / Cells, (double)r / Cells) is { } s)
                    z[r][c] = penalty.Value(Logits(s));
        }
        var values = z.SelectMany(row => row).OfType<double>().Order().ToArray();
        var (low, high) = (values[0], values[(int)(0.97 * (values.Length - 1))]); // at the corners some penalties are infinite
        // Three digits of what is seen: more would only make the file large.
        var digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(high - low)), 0, 15);
        z = [.. z.Select(row => row.Select(value => value is { } v ? Math.Round(v, digits) : value).ToArray())];
        return Trace("contour",
            ("name", Escape(penalty.Name)), ("x0", 0), ("dx", 1.0 / Cells), ("y0", 0), ("dy", 1.0 / Cells), ("z", z),
            ("xaxis", ChartStyle.AxisId('x', panel)), ("yaxis", ChartStyle.AxisId('y', panel)), ("colorscale", Viridis.ColorScale),
            ("zmin", low), ("zmax", high), ("zauto", false), ("autocontour", false), ("connectgaps", false), ("showscale", false),
            ("contours", Node(("start", low + (0.05 * (high - low))), ("end", high), ("size", (high - low) / 10), ("coloring", "fill"))),
            ("line", Node(("color", "rgba(255,255,255,0.55)"), ("width", 0.8))),
            ("hovertemplate", "penalty %{z:.4f}<extra>%{fullData.name}</extra>"));
    }

    private static IEnumerable<Trace> Field(SimplexPenalty penalty, int panel)
    {
        var points = Points(Strokes).ToList();
        var moves = points.ConvertAll(s => Move(s, penalty.Gradient(Logits(s))));
        var fastest = Math.Max(moves.Max(Length), 1e-12);
        List<double?> x = [], y = [];
        List<double> tipX = [], tipY = [], angle = [], restX = [], restY = [];
        foreach (var (s, move) in points.Zip(moves))
        {
            var (px, py) = Position(s);
            if (Length(move) <= 1e-9 * fastest)
            {
                restX.Add(Math.Round(px, 4));
                restY.Add(Math.Round(py, 4));
                continue;
            }
            var scale = 0.075 * Math.Sqrt(Length(move) / fastest) / Length(move);
            x.AddRange([Math.Round(px, 4), Math.Round(px + (scale * move.X), 4), null]);
            y.AddRange([Math.Round(py, 4), Math.Round(py + (scale * move.Y), 4), null]);
            tipX.Add(x[^2]!.Value);
            tipY.Add(y[^2]!.Value);
            angle.Add(Math.Round(Math.Atan2(move.X, move.Y) * 180 / Math.PI, 1));
        }
        (string, object?)[] place =
        [
            ("xaxis", ChartStyle.AxisId('x', panel)), ("yaxis", ChartStyle.AxisId('y', panel)), ("hoverinfo", "skip"),
        ];
        yield return Trace("scatter", [.. place, ("mode", "lines"), ("x", x.ToArray()), ("y", y.ToArray()),
            ("line", Node(("color", "#FFFFFF"), ("width", 1.4)))]);
        yield return Trace("scatter", [.. place, ("mode", "markers"), ("x", tipX.ToArray()), ("y", tipY.ToArray()),
            ("marker", Node(("symbol", "triangle-up"), ("size", 6), ("color", "#FFFFFF"), ("angle", angle.ToArray())))]);
        yield return Trace("scatter", [.. place, ("mode", "markers"), ("x", restX.ToArray()), ("y", restY.ToArray()),
            ("marker", Node(("size", 4), ("color", "#FFFFFF")))]);
        yield return Trace("scatter", [.. place, ("mode", "lines+text"), ("x", new[] { 0, 1, 0.5, 0 }), ("y", new[] { 0, 0, Height, 0 }),
            ("text", new[] { "class 1", "class 2", "class 3", "" }),
            ("textposition", new[] { "bottom center", "bottom center", "top center", "top center" }),
            ("line", Node(("color", Palette.Ink), ("width", 1.2))), ("cliponaxis", false)]);
    }

    // Points of a triangular lattice, kept off the rim, where a logit is infinite.
    private static IEnumerable<double[]> Points(int steps)
    {
        for (var i = 0; i < steps; i++)
            for (var j = 0; i + j < steps; j++)
                yield return [(i + (1.0 / 3)) / steps, (j + (1.0 / 3)) / steps, (steps - i - j - (2.0 / 3)) / steps];
    }

    private static double[]? Inside(double x, double y)
    {
        var third = y / Height;
        var second = x - (third / 2);
        double[] s = [1 - second - third, second, third];
        return s.Min() < -1e-9 ? null : [.. s.Select(value => (Math.Max(value, 0) + Rim) / (1 + (3 * Rim)))];
    }

    private static double[] Logits(double[] s) => Array.ConvertAll(s, Math.Log);

    private static (double X, double Y) Position(double[] s) => (s[1] + (s[2] / 2), s[2] * Height);

    private static (double X, double Y) Move(double[] s, double[] gradient)
    {
        var mean = s.Zip(gradient, (a, b) => a * b).Sum();
        double[] change = [.. s.Zip(gradient, (a, b) => -a * (b - mean))];
        return Position(change); // a linear map, so it serves differences too
    }

    private static double Length((double X, double Y) move) => Math.Sqrt((move.X * move.X) + (move.Y * move.Y));
}
