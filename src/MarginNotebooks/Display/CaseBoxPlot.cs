using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Scores of single cases: a box a method, a point a case.</summary>
/// <remarks>
/// Box from the lower to the upper quartile (linear interpolation between order statistics), line at the median, whiskers to the farthest
/// case within 1.5 box heights. Hovering over a point names its case. Cases without a defined score (NaN) are left out and counted below
/// the title. Source: Tukey, Exploratory Data Analysis (1977).
/// </remarks>
[Reference(ReferenceKind.Chart, "case-boxes", "Box plots per case",
    Formula = "box: quartiles and median; whiskers: farthest case within 1.5 (q₃ − q₁)",
    Source = "Tukey, Exploratory Data Analysis, 1977", Test = "CaseBoxPlotTests",
    Note = "Quartiles interpolate linearly between order statistics. Cases whose score is not defined are counted below the title.")]
public static class CaseBoxPlot
{
    private const int MostPoints = 300;

    /// <summary>Draws the boxes, in the order given.</summary>
    /// <param name="methods">Name and scores of each method.</param>
    /// <param name="score">Name and unit of the score, for the axis, for example <c>HD95 (mm)</c>.</param>
    /// <param name="title">Title of the figure; null for the score's name.</param>
    /// <param name="subtitle">What the cases are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no method, or one of them has no defined score.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, IReadOnlyList<CaseValue> Cases)> methods, string score, string? title = null, string? subtitle = null)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A box plot needs at least one method.", nameof(methods));
        foreach (var (name, cases) in methods)
            if (!cases.Any(one => double.IsFinite(one.Value)))
                throw new ArgumentException(
                    $"No case of '{name}' has a finite {score} ({cases.Count} cases): there is nothing to draw.", nameof(methods));

        title ??= $"{score} by case";
        var missing = Missing(methods);
        var layout = ChartStyle.Layout(title, (subtitle, missing) switch
        {
            (null, null) => null,
            (not null, not null) => $"{subtitle}; {missing}",
            _ => subtitle ?? missing,
        }, 400, axisTitle: false);
        Fill(layout,
            ("showlegend", false), ("hovermode", "closest"),
            ("xaxis", ChartStyle.Axis(null, [0, 1], "y", ("type", "category"), ("showgrid", false), ("automargin", true))),
            ("yaxis", ChartStyle.Axis(Escape(score), [0, 1], "x", ("automargin", true))));
        return new Figure(Chart(methods.Select(Box), layout), title, $"{score} of single cases: "
            + string.Join("; ", methods.Select(Describe)) + (missing is null ? "." : $"; {missing}."));
    }

    private static Trace Box((string Name, IReadOnlyList<CaseValue> Cases) method, int index)
    {
        var drawn = method.Cases.Where(one => double.IsFinite(one.Value)).ToArray();
        var colour = Palette.Series(index);
        return Trace("box",
            ("name", Escape(method.Name)), ("y", drawn.Select(one => one.Value).ToArray()),
            ("hovertext", drawn.Select(one => Escape(one.CaseId)).ToArray()),
            ("hovertemplate", "%{hovertext}<br>%{y:.4f}<extra>%{fullData.name}</extra>"),
            ("quartilemethod", "linear"), ("boxpoints", drawn.Length <= MostPoints ? "all" : "outliers"), ("jitter", 0.5), ("pointpos", 0),
            ("fillcolor", Palette.WithOpacity(colour, 0.18)), ("line", Node(("color", colour), ("width", 1.8))),
            ("marker", Node(("color", Palette.WithOpacity(colour, 0.7)), ("size", 4.5))));
    }

    private static string? Missing(IReadOnlyList<(string Name, IReadOnlyList<CaseValue> Cases)> methods)
    {
        var counts = methods.Select(method => (method.Name, Count: method.Cases.Count(one => !double.IsFinite(one.Value))))
            .Where(one => one.Count > 0).ToArray();
        return counts.Length == 0 ? null
            : "not defined, and left out, in "
                + string.Join(", ", counts.Select(one => $"{one.Count} case{(one.Count == 1 ? "" : "s")} of {one.Name}"));
    }

    private static string Describe((string Name, IReadOnlyList<CaseValue> Cases) method)
    {
        double[] values = [.. method.Cases.Select(one => one.Value).Where(double.IsFinite).Order()];
        return string.Create(CultureInfo.InvariantCulture,
            $"{method.Name} {values.Length} cases, median {Quantiles.OfSorted(values, 0.5):0.####}, ")
            + string.Create(CultureInfo.InvariantCulture, $"from {values[0]:0.####} to {values[^1]:0.####}");
    }
}
