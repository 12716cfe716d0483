using System.Globalization;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Distributions of logit distances: what a margin loss bounds, and whether it did.</summary>
/// <remarks>
/// Bars: the distances <c>d_k = max_j l_j − l_k</c> of all classes but the true one, as shares of all of them, on a logarithmic axis; line: the
/// distances of the true class, as shares of the pixels (0 where the prediction is right). A network trained with margin m has its bars left of
/// the margin's line. Source: Liu et al., "The Devil is in the Margin" (CVPR 2022), arXiv 2111.15430, for the distances.
/// </remarks>
[Reference(ReferenceKind.Chart, "logit-distances", "Logit-distance distributions",
    Formula = "d_k = max_j l_j − l_k, for the true class and for all others; the constraint is d_k ≤ m",
    Source = "Liu et al., CVPR 2022, arXiv 2111.15430", Test = "LogitDistanceChartTests",
    Note = "Counted in fixed bins while predicting; distances beyond the last bin are counted in the caption, never dropped.")]
public static class LogitDistanceChart
{
    /// <summary>One panel a network, on the same axes; at most four panels in a row.</summary>
    /// <param name="methods">Name and counts of each network, all with the same bins.</param>
    /// <param name="margin">The margin to mark, on the edge of a bin; null for none.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no network, one has no pixel, or their bins differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not on the edge of a bin.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, LogitDistanceHistogram Distances)> methods, double? margin = null, string title = "Logit distances",
        string? subtitle = null)
    {
        Check(methods);
        var first = methods[0].Distances;
        var beyond = methods.Sum(method => method.Distances.OfTrueClass[first.Bins] + method.Distances.OfOtherClasses[first.Bins]);
        var last = methods.Max(method => LastFilled(method.Distances)) + 1;
        if (margin is { } m)
            last = Math.Max(last, (int)Math.Ceiling(m / first.BinWidth) + 1);
        last = Math.Min(last, first.Bins);
        var caption = beyond == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{beyond:N0} distances lie beyond {first.Bins * first.BinWidth:0.##}, right of the axis");
        var grid = new PanelGrid(methods.Count, 4, 0.035, methods.Count > 4 ? 0.16 : 0, maxWidth: 0.62);
        var layout = ChartStyle.Layout(title, caption is null ? subtitle : subtitle is null ? caption : $"{subtitle}; {caption}",
            grid.Rows * 280, panelHeadings: true);
        double[] range = [Math.Floor(Math.Log10(methods.Min(method => Math.Min(
            Smallest(method.Distances.OfTrueClass), Smallest(method.Distances.OfOtherClasses))))), 0.15];
        var (traces, texts) = (new List<Trace>(), new List<object>());
        for (var p = 0; p < methods.Count; p++)
        {
            AddPanel(traces, methods[p].Distances, p, last);
            if (margin is { } line)
                traces.Add(Margin(line, p, range));
            AddAxes(layout, grid, p, range, last * first.BinWidth);
            texts.Add(ChartStyle.Text($"<b>{Escape(methods[p].Name)}</b>", grid.X(p).Average(), grid.Y(p)[1]));
            if (margin is { } limit)
                texts.Add(Fill(ChartStyle.Text(Above(methods[p].Distances, limit), grid.X(p)[1], grid.Y(p)[1], "right", "top",
                        grid.Columns > 3 ? 11 : 12), // four panels leave little width
                    ("xshift", -6), ("yshift", -6), ("bgcolor", "rgba(255,255,255,0.8)")));
        }

        Fill(layout, ("annotations", texts.ToArray()), ("bargap", 0));
        return new Figure(Chart(traces, layout), title, "Distribution of logit distances: "
            + string.Join("; ", methods.Select(method => Describe(method.Name, method.Distances, margin))) + ".");
    }

    private static void AddPanel(List<Trace> traces, LogitDistanceHistogram distances, int panel, int last)
    {
        var (x, y, width) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel), distances.BinWidth);
        var others = Shares(distances.OfOtherClasses, last);
        var own = Shares(distances.OfTrueClass, last);
        traces.Add(Trace("bar",
            ("name", "other classes"), ("legendgroup", "others"), ("showlegend", panel == 0), ("xaxis", x), ("yaxis", y), ("width", width),
            ("x", Enumerable.Range(0, last).Select(b => (b + 0.5) * width).ToArray()), ("y", others),
            ("marker", Node(("color", Palette.SkyBlue), ("line", Node(("color", "#FFFFFF"), ("width", 0.5))))),
            ("hovertemplate", "distance around %{x}<br>%{y:.4%} of the other classes<extra></extra>")));
        traces.Add(Trace("scatter",
            ("name", "true class (0 where right)"), ("legendgroup", "true"), ("showlegend", panel == 0), ("mode", "lines"), ("xaxis", x),
            ("yaxis", y), ("x", Enumerable.Range(0, last + 1).Select(b => b * width).ToArray()), ("y", own.Append(own[^1]).ToArray()),
            ("connectgaps", false), ("line", Node(("color", Palette.Vermillion), ("width", 2.2), ("shape", "hv"))),
            ("hovertemplate", "distance from %{x}: %{y:.4%} of the pixels<extra></extra>")));
    }

    private static Trace Margin(double margin, int panel, double[] range) => Trace("scatter",
        ("name", string.Create(CultureInfo.InvariantCulture, $"margin m = {margin:0.##}")), ("legendgroup", "margin"),
        ("showlegend", panel == 0), ("mode", "lines"), ("xaxis", ChartStyle.AxisId('x', panel)), ("yaxis", ChartStyle.AxisId('y', panel)),
        ("x", new[] { margin, margin }), ("y", new[] { Math.Pow(10, range[0]), 1.4 }), ("hoverinfo", "skip"),
        ("line", Node(("color", Palette.Ink), ("width", 1.8), ("dash", "dash"))));

    private static void AddAxes(Layout layout, PanelGrid grid, int panel, double[] range, double end) => Fill(layout,
        (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? "Logit distance d" : null, grid.X(panel),
            ChartStyle.AxisId('y', panel), ("range", new[] { 0, end }))),
        (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(grid.IsLeft(panel) ? "Share of distances" : null, grid.Y(panel),
            ChartStyle.AxisId('x', panel), ("type", "log"), ("range", range), ("dtick", 1), ("exponentformat", "power"),
            ("showticklabels", grid.IsLeft(panel)))));

    private static double[] Shares(IReadOnlyList<long> counts, int last)
    {
        var all = counts.Sum();
        return [.. counts.Take(last).Select(count => count == 0 ? double.NaN : (double)count / all)];
    }

    private static double Smallest(IReadOnlyList<long> counts) => (double)counts.Where(count => count > 0).Min() / counts.Sum();

    private static int LastFilled(LogitDistanceHistogram distances) =>
        Enumerable.Range(0, distances.Bins).Last(b => b == 0 || distances.OfTrueClass[b] + distances.OfOtherClasses[b] > 0);

    private static string Above(LogitDistanceHistogram distances, double margin) =>
        string.Create(CultureInfo.InvariantCulture, $"{distances.ShareAbove(margin):0.0%} of other classes above m");

    private static void Check(IReadOnlyList<(string Name, LogitDistanceHistogram Distances)> methods)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A logit-distance chart needs at least one network.", nameof(methods));
        if (methods.FirstOrDefault(method => method.Distances.Pixels == 0) is { Distances: not null } empty)
            throw new ArgumentException(
                $"'{empty.Name}' has no pixel: there is nothing to draw. Was the region of interest empty?", nameof(methods));
        var bins = methods.Select(method => (method.Distances.Bins, method.Distances.BinWidth)).Distinct().ToArray();
        if (bins.Length > 1)
            throw new ArgumentException(
                $"The networks were counted in different bins: {string.Join(" and ", bins.Select(b => $"{b.Bins} of width {b.BinWidth}"))}.",
                nameof(methods));
    }

    private static string Describe(string name, LogitDistanceHistogram distances, double? margin)
    {
        var c = CultureInfo.InvariantCulture;
        var top = (LastFilled(distances) + 1) * distances.BinWidth;
        var beyond = distances.OfTrueClass[distances.Bins] + distances.OfOtherClasses[distances.Bins] > 0;
        return string.Create(c, $"{name} {distances.Pixels:N0} pixels, distances {(beyond ? "beyond" : "up to")} {top:0.##}")
            + (margin is { } m ? string.Create(c, $", {distances.ShareAbove(m):0.0%} of the other classes' above the margin {m:0.##}") : "");
    }
}
