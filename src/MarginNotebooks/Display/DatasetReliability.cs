using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Dataset reliability histogram: the reliability diagrams of all cases laid over each other as a heat map.</summary>
/// <remarks>
/// In the column of confidence bin b, the cell of accuracy bin a holds the share of cases whose own accuracy in b lies in a:
/// <c>#{i : acc_ib in a} / n</c>, accuracy bins (lower, upper] as many as confidence bins, an accuracy of
/// exactly 0 in the lowest. A case without a pixel in b is in no cell of that column, so a column adds up to the share of cases that reach
/// this confidence; empty cells stay white. The line joins the mean of the cases' accuracies at the mean of their confidences. A pooled
/// diagram lets the large cases speak for all; here every case counts the same, and one that fails is seen.
/// Source: Barfoot et al., "Average Calibration Error" (MICCAI 2024), arXiv 2403.06759, one diagram a class there; any sums here.
/// </remarks>
[Reference(ReferenceKind.Chart, "dataset-reliability", "Dataset reliability histogram",
    Formula = "cell (b, a) = #{cases i : accuracy of i in confidence bin b lies in accuracy bin a} / #cases",
    Source = "Barfoot et al., MICCAI 2024, arXiv 2403.06759", Test = "DatasetReliabilityTests",
    Note = "Cases without a pixel in a bin are left out of its column; they are never counted as 0.")]
public static class DatasetReliability
{
    /// <summary>One panel a network, on the same axes and colours; at most four panels in a row.</summary>
    /// <param name="methods">Name of each network and the sums of each of its cases.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no network, one has no pixel, or its cases have different bins.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, IReadOnlyList<BinSums> Cases)> methods, string title = "Dataset reliability", string? subtitle = null)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A dataset reliability histogram needs at least one network.", nameof(methods));
        foreach (var (name, cases) in methods)
            Check(name, cases);

        var grid = new PanelGrid(methods.Count, 4, 0.035, methods.Count > 4 ? 0.12 : 0, maxWidth: 0.5);
        var layout = ChartStyle.Layout(title, subtitle, grid.Rows * (grid.Columns > 2 ? 270 : 400), panelHeadings: true, right: 96);
        var panels = methods.Select(method => Shares(method.Cases)).ToArray();
        var highest = panels.Max(panel => panel.Max(row => row.Where(double.IsFinite).DefaultIfEmpty(0).Max()));
        var (traces, texts) = (new List<Trace>(), new List<object>());
        for (var m = 0; m < methods.Count; m++)
        {
            AddPanel(traces, methods[m].Cases, panels[m], m, highest);
            AddAxes(layout, grid, m);
            texts.Add(ChartStyle.Text($"<b>{Escape(methods[m].Name)}</b>", grid.X(m).Average(), grid.Y(m)[1]));
        }

        traces.Add(Trace("scatter",
            ("name", "perfect calibration"), ("mode", "lines"), ("x", new double?[] { null }), ("y", new double?[] { null }),
            ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash")))));
        Fill(layout, ("annotations", texts.ToArray()));
        return new Figure(Chart(traces, layout), title, "Share of cases by their accuracy in each confidence bin: "
            + string.Join("; ", methods.Select(Describe)) + ".");
    }

    /// <summary>Rows are accuracy bins from the lowest, columns confidence bins; NaN where there is no case.</summary>
    internal static double[][] Shares(IReadOnlyList<BinSums> cases)
    {
        var bins = cases[0].Bins;
        var counts = Enumerable.Range(0, bins).Select(_ => new int[bins]).ToArray();
        foreach (var sums in cases)
            for (var b = 0; b < bins; b++)
                if (sums.Count[b] > 0)
                    counts[RowOf(sums.Correct[b], sums.Count[b], bins)][b]++;
        return [.. counts.Select(row => Array.ConvertAll(row, count => count == 0 ? double.NaN : (double)count / cases.Count))];
    }

    // In whole numbers: accuracy r/n lies in (a/K, (a+1)/K] when a = ceil(r·K/n) − 1.
    private static int RowOf(double correct, long count, int bins)
    {
        var scaled = correct * bins;
        return Math.Clamp((int)Math.Ceiling(scaled / count) - 1, 0, bins - 1);
    }

    private static void AddPanel(List<Trace> traces, IReadOnlyList<BinSums> cases, double[][] shares, int panel, double highest)
    {
        var bins = shares.Length;
        double[] centres = [.. Enumerable.Range(0, bins).Select(b => (b + 0.5) / bins)];
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        traces.Add(Trace("heatmap",
            ("name", "cases"), ("x", centres), ("y", centres), ("z", shares), ("xaxis", x), ("yaxis", y), ("zmin", 0), ("zmax", highest),
            ("colorscale", LightToDark), ("showscale", panel == 0), ("hoverongaps", false), ("xgap", 1), ("ygap", 1),
            ("colorbar", Node(("title", Node(("text", "Share of cases"), ("side", "right"))), ("thickness", 14), ("x", 1.012),
                ("xanchor", "left"), ("tickformat", ".0%"), ("outlinewidth", 0))),
            ("hovertemplate", "confidence around %{x:.3f}<br>accuracy around %{y:.3f}<br>%{z:.1%} of the cases<extra></extra>")));
        traces.Add(Trace("scatter",
            ("name", "perfect calibration"), ("showlegend", false), ("mode", "lines"), ("x", new[] { 0, 1 }), ("y", new[] { 0, 1 }),
            ("xaxis", x), ("yaxis", y), ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash"))), ("hoverinfo", "skip")));
        var mean = Means(cases);
        traces.Add(Trace("scatter",
            ("name", "mean of the cases"), ("legendgroup", "mean"), ("showlegend", panel == 0), ("mode", "lines+markers"),
            ("x", mean.Confidence), ("y", mean.Accuracy), ("xaxis", x), ("yaxis", y), ("connectgaps", false),
            ("line", Node(("color", Palette.Vermillion), ("width", 2))), ("marker", Node(("color", Palette.Vermillion), ("size", 6))),
            ("hovertemplate", "mean confidence %{x:.3f}<br>mean accuracy %{y:.3f}<extra></extra>")));
    }

    // Viridis from its bright end: many cases are dark, none is the white page.
    private static object[][] LightToDark => [.. Viridis.ColorScale.Reverse()
        .Select(stop => new[] { 1 - Convert.ToDouble(stop[0], CultureInfo.InvariantCulture), stop[1] })];

    private static (double[] Confidence, double[] Accuracy) Means(IReadOnlyList<BinSums> cases)
    {
        var bins = Enumerable.Range(0, cases[0].Bins).ToArray();
        return (Array.ConvertAll(bins, b => Mean(b, (sums, bin) => sums.MeanConfidence(bin))),
            Array.ConvertAll(bins, b => Mean(b, (sums, bin) => sums.Accuracy(bin))));

        double Mean(int b, Func<BinSums, int, double> value) =>
            cases.Where(sums => sums.Count[b] > 0).Select(sums => value(sums, b)).DefaultIfEmpty(double.NaN).Average();
    }

    private static void AddAxes(Layout layout, PanelGrid grid, int panel)
    {
        var ticks = new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 };
        Fill(layout,
            (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? "Confidence" : null, grid.X(panel),
                ChartStyle.AxisId('y', panel), ("range", new[] { 0.0, 1.0 }), ("tickvals", ticks), ("showgrid", false))),
            (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(grid.IsLeft(panel) ? "Accuracy in a case" : null, grid.Y(panel),
                ChartStyle.AxisId('x', panel), ("range", new[] { 0.0, 1.0 }), ("tickvals", ticks), ("showgrid", false),
                ("showticklabels", grid.IsLeft(panel)))));
    }

    private static void Check(string name, IReadOnlyList<BinSums> cases)
    {
        if (cases.Sum(sums => sums.Total) == 0)
            throw new ArgumentException($"'{name}' has no pixel in any bin of its {cases.Count} cases: there is nothing to draw.", nameof(cases));
        if (cases.Select(sums => sums.Bins).Distinct().Skip(1).Any())
            throw new ArgumentException(
                $"The cases of '{name}' have different numbers of bins: {string.Join(", ", cases.Select(sums => sums.Bins).Distinct())}.",
                nameof(cases));
    }

    private static string Describe((string Name, IReadOnlyList<BinSums> Cases) method)
    {
        var gaps = method.Cases.SelectMany(sums => Enumerable.Range(0, sums.Bins).Where(b => sums.Count[b] > 0).Select(sums.Gap)).ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"{method.Name}, {method.Cases.Count} cases, ")
            + string.Create(CultureInfo.InvariantCulture, $"{(double)gaps.Count(gap => gap > 0) / gaps.Length:P0} of their filled bins over-confident");
    }
}
