using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>A score of one method under several calibrators.</summary>
/// <param name="Score">The score: a panel, for example <c>ECE</c>.</param>
/// <param name="Name">Name of the method.</param>
/// <param name="Points">Calibrators and estimates; the first is what the others are held against, as a rule the network as it was trained.</param>
public sealed record CalibratorLine(string Score, string Name, IReadOnlyList<(string Calibrator, ScoreEstimate Estimate)> Points);

/// <summary>What calibrators do to scores: a panel for each score, a row for each calibrator, a point with whiskers for each method.</summary>
[Reference(ReferenceKind.Chart, "calibrators", "Scores under calibrators",
    Formula = "mean over cases, with its interval, for each calibrator",
    Source = "common practice", Test = "CalibratorChartTests",
    Note = "Whiskers: bootstrap interval over patients. Dotted: the first calibrator's mean, as a rule no calibrator.")]
public static class CalibratorChart
{
    private const int RowHeight = 52;
    private const double Spread = 0.6; // of a row's height, shared by its methods

    /// <summary>Draws the panels.</summary>
    /// <param name="lines">The lines; scores, methods and calibrators in the order in which they first occur.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">More about the runs; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no line, or one without points.</exception>
    public static Figure Draw(IReadOnlyList<CalibratorLine> lines, string title = "Scores under calibrators", string? subtitle = null)
    {
        if (lines.Count == 0)
            throw new ArgumentException("There is no line to draw: no calibrated run is stored.", nameof(lines));
        if (lines.FirstOrDefault(line => line.Points.Count == 0) is { } empty)
            throw new ArgumentException($"{empty.Name} has no {empty.Score} under any calibrator: there is nothing to draw.", nameof(lines));
        string[] scores = [.. lines.Select(line => line.Score).Distinct()];
        string[] names = [.. lines.Select(line => line.Name).Distinct()];
        string[] calibrators = [.. lines.SelectMany(line => line.Points).Select(point => point.Calibrator).Distinct()];
        var legend = $"whiskers: 95 % intervals over patients; dotted: {calibrators[0]}";
        var layout = ChartStyle.Layout(title, subtitle is null ? legend : $"{subtitle}; {legend}", RowHeight * calibrators.Length, left: 140);
        var grid = new PanelGrid(scores.Length, scores.Length, 0.05, 0);
        var traces = new List<Trace>();
        for (var panel = 0; panel < scores.Length; panel++)
        {
            Fill(layout,
                (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(Escape(scores[panel]), grid.X(panel), ChartStyle.AxisId('y', panel), ("nticks", 6))),
                (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(null, grid.Y(panel), ChartStyle.AxisId('x', panel),
                    ("range", new[] { calibrators.Length - 0.5, -0.5 }), ("tickvals", Enumerable.Range(0, calibrators.Length).ToArray()),
                    ("ticktext", calibrators.Select(Escape).ToArray()), ("showticklabels", panel == 0))));
            foreach (var line in lines.Where(line => line.Score == scores[panel]))
                traces.AddRange(Traces(line, Array.IndexOf(names, line.Name), names.Length, calibrators, panel));
        }
        return new Figure(Chart(traces, layout), title, string.Join("; ", lines.Select(Describe)) + ".");
    }

    private static IEnumerable<Trace> Traces(CalibratorLine line, int series, int of, string[] calibrators, int panel)
    {
        var (colour, name) = (Palette.Series(series), Escape(line.Name));
        var offset = of == 1 ? 0 : Spread * (((double)series / (of - 1)) - 0.5);
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        var first = line.Points[0].Estimate.Mean;
        yield return Trace("scatter",
            ("name", name), ("legendgroup", line.Name), ("showlegend", false), ("mode", "lines"), ("xaxis", x), ("yaxis", y), ("hoverinfo", "skip"),
            ("x", new[] { first, first }), ("y", new[] { -0.5, calibrators.Length - 0.5 }),
            ("line", Node(("color", Palette.WithOpacity(colour, 0.7)), ("width", 1.4), ("dash", "dot"))));
        yield return Trace("scatter",
            ("name", name), ("legendgroup", line.Name), ("showlegend", panel == 0), ("mode", "markers"), ("xaxis", x), ("yaxis", y),
            ("x", line.Points.Select(point => point.Estimate.Mean).ToArray()),
            ("y", line.Points.Select(point => Math.Round(Array.IndexOf(calibrators, point.Calibrator) + offset, 4)).ToArray()),
            ("error_x", Node(
                ("type", "data"), ("symmetric", false), ("thickness", 1.3), ("width", 4),
                ("array", line.Points.Select(point => point.Estimate.Upper - point.Estimate.Mean).ToArray()),
                ("arrayminus", line.Points.Select(point => point.Estimate.Mean - point.Estimate.Lower).ToArray()))),
            ("marker", Node(("color", colour), ("size", 8))),
            ("hovertext", line.Points.Select(point => $"{Escape(point.Calibrator)}: {point.Estimate}").ToArray()),
            ("hovertemplate", "%{hovertext}<extra>%{fullData.name}</extra>"));
    }

    private static string Describe(CalibratorLine line) =>
        $"{line.Score} of {line.Name}: "
        + string.Join(", ", line.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Calibrator} {point.Estimate.Mean:0.####}")));
}
