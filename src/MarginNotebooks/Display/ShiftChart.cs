using System.Globalization;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Scores against the strength of a shift of the test images: a line a method, with its band.</summary>
[Reference(ReferenceKind.Chart, "shift-curves", "Scores under shift",
    Formula = "mean of a score over test cases against the shift's strength, with its bootstrap interval over patients",
    Source = "common practice, for example Ovadia et al., NeurIPS 2019, arXiv 1906.02530", Test = "ShiftChartTests",
    Note = "Strengths are evenly spaced, whatever their parameters; panels of one score share their axis.")]
public static class ShiftChart
{
    private const int PanelHeight = 250;

    /// <summary>Draws the panels.</summary>
    /// <param name="panels">The panels, row by row; each with the same methods.</param>
    /// <param name="columns">Panels in a row.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the cases are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no panel, or a line has another number of values than its panel has strengths.</exception>
    public static Figure Draw(IReadOnlyList<ShiftPanel> panels, int columns = 3, string title = "Scores under shift", string? subtitle = null)
    {
        if (panels.Count == 0 || panels.Any(panel => panel.Lines.Count == 0))
            throw new ArgumentException("A chart of shifts needs panels, and each of them a line.", nameof(panels));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        foreach (var panel in panels)
            if (panel.Lines.FirstOrDefault(line => line.Values.Count != panel.Strengths.Count) is { } wrong)
                throw new ArgumentException(
                    $"'{wrong.Name}' has {wrong.Values.Count} values under '{panel.Shift}', which has {panel.Strengths.Count} strengths.", nameof(panels));

        var rows = (panels.Count + columns - 1) / columns;
        var grid = new PanelGrid(panels.Count, columns, 0.06, rows == 1 ? 0 : 0.16);
        var layout = ChartStyle.Layout(title, subtitle, (PanelHeight * rows) + (60 * (rows - 1)), panelHeadings: true);
        var traces = new List<Trace>();
        var names = panels.SelectMany(panel => panel.Lines.Select(line => line.Name)).Distinct().ToList();
        var named = new HashSet<string>();
        for (var p = 0; p < panels.Count; p++)
        {
            var panel = panels[p];
            var ends = Ends(panels.Where(other => other.Score == panel.Score));
            Fill(layout,
                (ChartStyle.AxisMember('x', p), ChartStyle.Axis(Escape(panel.ParameterName), grid.X(p), ChartStyle.AxisId('y', p),
                    ("range", new[] { -0.25, panel.Strengths.Count - 0.75 }),
                    ("tickvals", Enumerable.Range(0, panel.Strengths.Count).ToArray()), ("ticktext", panel.Strengths.Select(Escape).ToArray()))),
                (ChartStyle.AxisMember('y', p), ChartStyle.Axis(grid.IsLeft(p) ? Escape(panel.Score) : null, grid.Y(p), ChartStyle.AxisId('x', p), ("range", ends))));
            foreach (var line in panel.Lines)
                AddLine(traces, panel, line, p, names.IndexOf(line.Name), named.Add(line.Name));
        }
        Fill(layout, ("annotations", panels.Select((panel, p) => (object)ChartStyle.Text(
            $"<b>{Escape(panel.Shift)}</b>", (grid.X(p)[0] + grid.X(p)[1]) / 2, grid.Y(p)[1])).ToArray()));
        return new Figure(Chart(traces, layout), title, string.Join("; ", panels.Select(Describe)) + ".");
    }

    private static void AddLine(List<Trace> traces, ShiftPanel panel, ShiftLine line, int p, int index, bool legend)
    {
        var (colour, group, name) = (Palette.Series(index), $"method{index}", Escape(line.Name));
        var (x, y) = (ChartStyle.AxisId('x', p), ChartStyle.AxisId('y', p));
        int[] banded = [.. Enumerable.Range(0, line.Values.Count).Where(i => double.IsFinite(line.Values[i].Lower) && double.IsFinite(line.Values[i].Upper))];
        if (banded.Length > 1)
            traces.Add(Trace("scatter",
                ("name", $"{name} band"), ("legendgroup", group), ("showlegend", false), ("mode", "lines"), ("fill", "toself"), ("xaxis", x), ("yaxis", y),
                ("x", (int[])[.. banded, .. banded.Reverse()]),
                ("y", Rounded([.. banded.Select(i => line.Values[i].Lower), .. banded.Reverse().Select(i => line.Values[i].Upper)])),
                ("fillcolor", Palette.WithOpacity(colour, 0.13)), ("line", Node(("width", 0))), ("hoverinfo", "skip")));
        traces.Add(Trace("scatter",
            ("name", name), ("legendgroup", group), ("showlegend", legend), ("mode", "lines+markers"), ("xaxis", x), ("yaxis", y),
            ("x", Enumerable.Range(0, line.Values.Count).ToArray()), ("y", Rounded([.. line.Values.Select(value => value.Mean)])),
            ("hovertext", line.Values.Select((value, i) => $"{Escape(panel.Strengths[i])}: {value}").ToArray()),
            ("hovertemplate", "%{hovertext}<extra>%{fullData.name}</extra>"),
            ("line", Node(("color", colour), ("width", 2.2), ("dash", index >= 8 ? "dot" : "solid"))), ("marker", Node(("color", colour), ("size", 6)))));
    }

    private static double[]? Ends(IEnumerable<ShiftPanel> alike)
    {
        double[] all = [.. alike.SelectMany(panel => panel.Lines).SelectMany(line => line.Values)
            .SelectMany(value => new[] { value.Mean, value.Lower, value.Upper }).Where(double.IsFinite)];
        if (all.Length == 0)
            return null;
        var (low, high) = (all.Min(), all.Max());
        var space = Math.Max(0.04 * (high - low), 1e-6);
        return [Math.Round(low - space, 6), Math.Round(high + space, 6)];
    }

    private static double[] Rounded(double[] values) => Array.ConvertAll(values, value => Math.Round(value, 5));

    private static string Describe(ShiftPanel panel) => $"{panel.Score} under {panel.Shift}: " + string.Join(", ", panel.Lines.Select(line =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Name} from {line.Values[0].Mean:0.###} to {line.Values[^1].Mean:0.###}")));
}
