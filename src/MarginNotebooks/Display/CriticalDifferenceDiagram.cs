using System.Globalization;
using MarginNotebooks.Reference;
using MarginNotebooks.Statistics;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Critical-difference diagram: methods on a line of average ranks, with bars over those that cannot be told apart.</summary>
/// <remarks>
/// The best rank is at the left. The bar above the axis has the length of the critical difference; each thick bar below it joins a group of
/// methods whose average ranks are closer than that. Source: Demšar, Statistical comparisons of classifiers over multiple data sets, JMLR 7
/// (2006), figure 1.
/// </remarks>
[Reference(ReferenceKind.Chart, "cd-diagram", "Critical-difference diagram",
    Formula = "average ranks; bars join groups closer than CD = q_α/√2 · sqrt(k(k+1)/(6n))", Source = "Demšar 2006, JMLR 7:1–30",
    Test = "CriticalDifferenceDiagramTests")]
public static class CriticalDifferenceDiagram
{
    private const double Row = 1;
    private const int RowPixels = 26;

    /// <summary>Draws the diagram.</summary>
    /// <param name="data">Ranks, critical difference and groups.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What was ranked, for example <c>50 patients of hippocampus</c>; null for none.</param>
    /// <returns>The figure.</returns>
    public static Figure Draw(CriticalDifference data, string title = "Average ranks", string? subtitle = null)
    {
        var k = data.Ranking.Count;
        var left = (k + 1) / 2; // the better half is named at the left
        var firstRow = -(0.6 + 0.5 * data.Groups.Count) * Row;
        var rows = Math.Max(left, k - left);
        var (bottom, top) = (firstRow - rows * Row, 2.2 * Row);
        var traces = new List<Plotly.NET.Trace> { Line("critical difference", [1, 1 + data.Value], [1.1, 1.1], Palette.Ink, 2, "line-ns") };
        List<object> texts = [Text(FormattableString.Invariant($"CD = {data.Value:0.00}"), 1 + data.Value / 2, 1.2, "center", "bottom")];
        for (var i = 0; i < k; i++)
        {
            var (method, rank) = data.Ranking[i];
            var atLeft = i < left;
            // Inner methods are named lower, so that no line crosses another.
            var y = firstRow - (atLeft ? i + 1 : k - i) * Row + Row / 2;
            var end = atLeft ? 1 - 0.03 * (k - 1) : k + 0.03 * (k - 1);
            traces.Add(Line(
                method, [rank, rank, end], [0, y, y], Palette.Ink, 1.2, hover: FormattableString.Invariant($"{method}: {rank:0.00}")));
            texts.Add(Text(Label(method, rank, atLeft), end, y, atLeft ? "right" : "left", "middle", atLeft ? -4 : 4));
        }

        for (var g = 0; g < data.Groups.Count; g++)
        {
            var (first, last) = data.Groups[g];
            var y = -(0.45 + 0.5 * g) * Row;
            var over = 0.012 * (k - 1); // the bar stands out a little, as the lines end on it
            traces.Add(Line("group", [data.Ranking[first].Rank - over, data.Ranking[last].Rank + over], [y, y], Palette.Blue, 6,
                hover: $"not told apart: {Names(data, (first, last))}"));
        }

        traces.Add(Fill(
            Trace("scatter", ("name", "ranks"), ("mode", "markers"), ("x", data.Ranking.Select(place => place.Rank).ToArray()),
                ("y", new double[k]), ("showlegend", false), ("hoverinfo", "skip"),
                ("marker", Node(("size", 7), ("color", Palette.Ink))))));
        var layout = ChartStyle.Layout(title, subtitle, (int)Math.Round((top - bottom) * RowPixels) + 20, axisTitle: false);
        // Ranks take the middle half; names need the rest, and plotly hides a text whose point lies off the axis.
        var right = Math.Max(k, 1 + data.Value);
        var beside = (right - 1) / 2;
        Fill(layout,
            ("hovermode", "closest"),
            ("xaxis", ChartStyle.Axis(null, [0, 1], "free", ("range", new[] { 1 - beside, right + beside }), ("side", "top"),
                ("position", -bottom / (top - bottom)), ("tickmode", "array"), ("tickvals", Enumerable.Range(1, k).ToArray()),
                ("showgrid", false), ("mirror", false), ("showline", false), ("fixedrange", true))),
            ("yaxis", Node(("range", new[] { bottom, top }), ("visible", false), ("fixedrange", true))),
            ("shapes", new object[]
            {
                Node(("type", "line"), ("xref", "x"), ("yref", "y"), ("x0", 1), ("x1", k), ("y0", 0), ("y1", 0),
                    ("line", Node(("color", Palette.Ink), ("width", 1.5)))),
            }),
            ("annotations", texts.ToArray()));
        return new Figure(Chart(traces, layout), title, Describe(data));
    }

    private static Plotly.NET.Trace Line(
        string name, double[] x, double[] y, string colour, double width, string? ends = null, string? hover = null) => Trace(
        "scatter", ("name", name), ("mode", ends is null ? "lines" : "lines+markers"), ("x", x), ("y", y), ("showlegend", false),
        ("cliponaxis", false), ("line", Node(("color", colour), ("width", width))),
        ("marker", ends is null ? null : Node(("symbol", ends), ("size", 10), ("line", Node(("width", width), ("color", colour))))),
        ("hoverinfo", hover is null ? "skip" : "text"), ("text", hover is null ? null : Escape(hover)));

    private static DynamicObj.DynamicObj Text(string markup, double x, double y, string xAnchor, string yAnchor, int shift = 0) => Node(
        ("text", markup), ("x", x), ("y", y), ("xref", "x"), ("yref", "y"), ("xanchor", xAnchor), ("yanchor", yAnchor), ("xshift", shift),
        ("showarrow", false), ("font", Node(("size", 13))));

    private static string Label(string method, double rank, bool atLeft)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"<span style=\"color:#666666\">{rank:0.00}</span>");
        return atLeft ? $"{Escape(method)}  {number}" : $"{number}  {Escape(method)}";
    }

    private static string Names(CriticalDifference data, (int First, int Last) group) =>
        string.Join(", ", data.Ranking.Skip(group.First).Take(group.Last - group.First + 1).Select(place => place.Method));

    private static string Describe(CriticalDifference data)
    {
        var ranks = string.Join(", ", data.Ranking.Select(place => FormattableString.Invariant($"{place.Method} {place.Rank:0.00}")));
        var groups = data.Groups.Count == 0
            ? "all methods differ"
            : "not told apart: " + string.Join("; ", data.Groups.Select(group => Names(data, group)));
        return FormattableString.Invariant(
            $"Average ranks over {data.Friedman.Cases} cases, best first: {ranks}; critical difference {data.Value:0.00} at α = {data.Alpha}; ")
            + $"{groups}.";
    }
}
