using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>A score at several values of a hyper-parameter.</summary>
/// <param name="Parameter">The hyper-parameter: a column of panels, for example <c>margin m</c>.</param>
/// <param name="Score">The score: a row of panels, for example <c>ECE</c>.</param>
/// <param name="Name">Name of the line, for example the data set.</param>
/// <param name="Points">Values and estimates, in any order.</param>
/// <param name="Reference">What a method without the hyper-parameter reaches, drawn as a dotted line; null for none.</param>
public sealed record SensitivityLine(
    string Parameter, string Score, string Name, IReadOnlyList<(double Value, ScoreEstimate Estimate)> Points, ScoreEstimate? Reference = null);

/// <summary>How scores depend on hyper-parameters: a column for each hyper-parameter, a row for each score.</summary>
[Reference(ReferenceKind.Chart, "sensitivity", "Sensitivity to a hyper-parameter",
    Formula = "mean over cases, with its interval, at each value",
    Source = "common practice", Test = "SensitivityChartTests", Note = "Whiskers: bootstrap interval over patients. Dotted: the reference method.")]
public static class SensitivityChart
{
    private const int RowHeight = 230;
    private const double WideRatio = 20; // of the largest value to the smallest, from which the axis is logarithmic

    /// <summary>Draws the panels.</summary>
    /// <param name="lines">The lines; parameters, scores and names in the order in which they first occur.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="reference">Name of the method of the dotted lines, for the subtitle.</param>
    /// <param name="subtitle">More about the runs; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no line, or one without points.</exception>
    public static Figure Draw(IReadOnlyList<SensitivityLine> lines, string title, string reference = "CE", string? subtitle = null)
    {
        if (lines.Count == 0)
            throw new ArgumentException("There is no line to draw: no run of these methods is finished.", nameof(lines));
        if (lines.FirstOrDefault(line => line.Points.Count == 0) is { } empty)
            throw new ArgumentException($"{empty.Name} has no {empty.Score} at any value of {empty.Parameter}: there is nothing to draw.", nameof(lines));
        string[] parameters = [.. lines.Select(line => line.Parameter).Distinct()];
        string[] scores = [.. lines.Select(line => line.Score).Distinct()];
        string[] names = [.. lines.Select(line => line.Name).Distinct()];
        var legend = $"whiskers: 95 % intervals over patients{(lines.Any(line => line.Reference is not null) ? $"; dotted: {reference}" : "")}";
        var layout = ChartStyle.Layout(title, subtitle is null ? legend : $"{subtitle}; {legend}", RowHeight * scores.Length + 40 * (scores.Length - 1));
        var grid = new PanelGrid(parameters.Length * scores.Length, parameters.Length, 0.06, 0.12 / scores.Length);
        var traces = new List<Trace>();
        for (var panel = 0; panel < parameters.Length * scores.Length; panel++)
        {
            var (parameter, score) = (parameters[panel % parameters.Length], scores[panel / parameters.Length]);
            var here = lines.Where(line => line.Parameter == parameter && line.Score == score).ToList();
            double[] values = [.. here.SelectMany(line => line.Points.Select(point => point.Value)).Distinct().Order()];
            Fill(layout,
                (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? Escape(parameter) : null, grid.X(panel), ChartStyle.AxisId('y', panel),
                    ("type", IsWide(values) ? "log" : "linear"), ("tickvals", values), ("ticktext", values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)).ToArray()),
                    ("tickangle", 0), ("range", Range(values)))),
                (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(grid.IsLeft(panel) ? Escape(score) : null, grid.Y(panel), ChartStyle.AxisId('x', panel),
                    ("automargin", true), ("matches", grid.IsLeft(panel) ? null : ChartStyle.AxisId('y', panel / grid.Columns * grid.Columns)))));
            traces.AddRange(here.SelectMany(line => Traces(line, Array.IndexOf(names, line.Name), panel, Ends(values))));
        }
        return new Figure(Chart(traces, layout), title, string.Join("; ", lines.Select(Describe)) + ".");
    }

    private static IEnumerable<Trace> Traces(SensitivityLine line, int series, int panel, double[] ends)
    {
        var colour = Palette.Series(series);
        var points = line.Points.OrderBy(point => point.Value).ToList();
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        yield return Trace("scatter",
            ("name", Escape(line.Name)), ("legendgroup", line.Name), ("showlegend", panel == 0), ("mode", "lines+markers"), ("xaxis", x), ("yaxis", y),
            ("x", points.Select(point => point.Value).ToArray()), ("y", points.Select(point => point.Estimate.Mean).ToArray()),
            ("error_y", Node(
                ("type", "data"), ("symmetric", false), ("thickness", 1.3), ("width", 4),
                ("array", points.Select(point => point.Estimate.Upper - point.Estimate.Mean).ToArray()),
                ("arrayminus", points.Select(point => point.Estimate.Mean - point.Estimate.Lower).ToArray()))),
            ("line", Node(("color", colour), ("width", 2))), ("marker", Node(("color", colour), ("size", 7))),
            ("hovertemplate", $"{Escape(line.Parameter)} %{{x}}: %{{y:.4f}}<extra>%{{fullData.name}}</extra>"));
        if (line.Reference is { } reference)
        {
            yield return Trace("scatter",
                ("name", Escape(line.Name)), ("legendgroup", line.Name), ("showlegend", false), ("mode", "lines"), ("xaxis", x), ("yaxis", y),
                ("x", ends), ("y", new[] { reference.Mean, reference.Mean }), ("line", Node(("color", colour), ("width", 1.6), ("dash", "dot"))),
                ("hovertemplate", "reference %{y:.4f}<extra>%{fullData.name}</extra>"));
        }
    }

    private static bool IsWide(double[] values) => values[0] > 0 && values[^1] >= WideRatio * values[0];

    /// <summary>Ends of the axis as plotly wants them: of a logarithmic one, logarithms.</summary>
    private static double[] Range(double[] values)
    {
        if (IsWide(values))
            values = [Math.Log10(values[0]), Math.Log10(values[^1])];
        var pad = values.Length == 1 ? Math.Max(1, Math.Abs(values[0])) * 0.5 : 0.07 * (values[^1] - values[0]);
        return [values[0] - pad, values[^1] + pad];
    }

    /// <summary>Ends of the axis as values.</summary>
    private static double[] Ends(double[] values) => IsWide(values) ? Array.ConvertAll(Range(values), end => Math.Pow(10, end)) : Range(values);

    private static string Describe(SensitivityLine line) =>
        $"{line.Score} on {line.Name} by {line.Parameter}: "
        + string.Join(", ", line.Points.OrderBy(point => point.Value).Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Value:0.##} gives {point.Estimate.Mean:0.####}")))
        + (line.Reference is { } reference ? string.Create(CultureInfo.InvariantCulture, $", reference {reference.Mean:0.####}") : "");
}
