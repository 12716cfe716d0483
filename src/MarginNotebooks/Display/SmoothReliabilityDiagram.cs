using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Smooth reliability curves of several networks in one panel, with their bands, and their pixel counts below.</summary>
/// <remarks>See <see cref="SmoothReliability"/> for the curve; below the diagonal a network is over-confident.</remarks>
[Reference(ReferenceKind.Chart, "smooth-reliability", "Smooth reliability diagram",
    Formula = "acc(t) = t + Σ K_h(t, c_i)(y_i − c_i) / Σ K_h(t, c_i), K_h a Gaussian reflected at 0 and 1",
    Source = "Błasiok and Nakkiran, ICLR 2024, arXiv 2309.12236 (reflected kernel)", Test = "SmoothReliabilityDiagramTests",
    Note = "The bandwidth h is printed below the title; the band is pointwise, from resampling patients. Smoothing the residual y − c, not y, "
        + "is this kit's choice: a calibrated network lies on the diagonal whatever its confidences' spread.")]
public static class SmoothReliabilityDiagram
{
    private const int MostCountBins = 50;
    private static readonly double[] Ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

    /// <summary>Draws the curves.</summary>
    /// <param name="methods">Name and curve of each network, all with the same bandwidth.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none. The bandwidth is added.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no curve, or their bandwidths differ.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, SmoothReliability Curve)> methods, string title = "Smooth reliability diagram", string? subtitle = null)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A smooth reliability diagram needs at least one network.", nameof(methods));
        var bandwidths = methods.Select(method => method.Curve.Bandwidth).Distinct().ToArray();
        if (bandwidths.Length > 1)
            throw new ArgumentException(
                $"Curves of different bandwidths cannot be compared: {string.Join(" and ", bandwidths)}. Smooth all with the same one.",
                nameof(methods));

        var band = methods.Any(method => method.Curve.Lower.Any(double.IsFinite));
        var caption = string.Create(CultureInfo.InvariantCulture, $"Gaussian kernel of bandwidth {bandwidths[0]:0.####}")
            + (band ? "; bands: pointwise bootstrap intervals over patients" : "");
        var layout = ChartStyle.Layout(title, subtitle is null ? caption : $"{subtitle}; {caption}", 460);
        AddAxes(layout, methods.Max(method => Coarse(method.Curve.Pooled).Max(bin => bin.Count)));
        var traces = new List<Trace>();
        for (var m = 0; m < methods.Count; m++)
            AddCurve(traces, Escape(methods[m].Name), methods[m].Curve, m);
        traces.Add(Trace("scatter",
            ("name", "perfect calibration"), ("mode", "lines"), ("x", new[] { 0, 1 }), ("y", new[] { 0, 1 }), ("hoverinfo", "skip"),
            ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash")))));
        return new Figure(Chart(traces, layout), title, $"Smoothed accuracy against confidence, {caption}: "
            + string.Join("; ", methods.Select(Describe)) + ".");
    }

    private static void AddCurve(List<Trace> traces, string name, SmoothReliability curve, int index)
    {
        var (colour, group) = (Palette.Series(index), $"method{index}");
        var dash = index >= 8 ? "dot" : "solid"; // after eight the colours repeat
        foreach (var (first, last) in Runs(curve.Lower))
        {
            int[] up = [.. Enumerable.Range(first, last - first + 1)];
            traces.Add(Trace("scatter",
                ("name", $"{name} band"), ("legendgroup", group), ("showlegend", false), ("mode", "lines"), ("fill", "toself"),
                ("x", Rounded([.. up.Select(i => curve.Confidence[i]), .. up.Reverse().Select(i => curve.Confidence[i])])),
                ("y", Rounded([.. up.Select(i => curve.Lower[i]), .. up.Reverse().Select(i => curve.Upper[i])])),
                ("fillcolor", Palette.WithOpacity(colour, 0.18)), ("line", Node(("width", 0))), ("hoverinfo", "skip")));
        }

        traces.Add(Trace("scatter",
            ("name", name), ("legendgroup", group), ("mode", "lines"), ("x", curve.Confidence), ("y", Rounded(curve.Accuracy)),
            ("connectgaps", false), ("line", Node(("color", colour), ("width", 2.6), ("dash", dash))),
            ("hovertemplate", "confidence %{x:.3f}<br>accuracy %{y:.3f}<extra>%{fullData.name}</extra>")));
        var bins = Coarse(curve.Pooled);
        traces.Add(Trace("scatter",
            ("name", $"{name} pixels"), ("legendgroup", group), ("showlegend", false), ("mode", "lines"), ("yaxis", "y2"),
            ("x", bins.Select(bin => bin.Lower).Append(1).ToArray()),
            ("y", bins.Append(bins[^1]).Select(bin => bin.Count == 0 ? double.NaN : bin.Count).ToArray()),
            ("line", Node(("color", colour), ("width", 1.6), ("dash", dash), ("shape", "hv"))), ("connectgaps", false),
            ("hovertemplate", "from confidence %{x:.3f}: %{y:,} pixels<extra>%{fullData.name}</extra>")));
    }

    private static void AddAxes(Layout layout, double mostPixels) => Fill(layout,
        ("xaxis", ChartStyle.Axis("Confidence", [0, 1], "y2", ("range", new[] { 0.0, 1.0 }), ("tickvals", Ticks), ("mirror", "all"))),
        ("yaxis", ChartStyle.Axis("Accuracy (smoothed)", [0.29, 1], "x", ("range", new[] { 0.0, 1.0 }), ("tickvals", Ticks))),
        ("yaxis2", ChartStyle.Axis("Pixels", [0, 0.23], "x", ("type", "log"), ("range", new[] { -0.3, Math.Log10(mostPixels) + 0.3 }),
            ("tickformat", "~s"), ("nticks", 4), ("dtick", Math.Max(1, Math.Ceiling(Math.Log10(mostPixels) / 4))))));

    /// <summary>Counts in at most fifty bins: finer ones only make the lower panel ragged.</summary>
    private static (double Lower, double Count)[] Coarse(BinSums sums)
    {
        var width = CoarseBins.Joined(sums.Bins, MostCountBins);
        return [.. sums.Count.Chunk(width).Select((chunk, i) => ((double)i * width / sums.Bins, (double)chunk.Sum()))];
    }

    /// <summary>First and last index of each stretch without a gap.</summary>
    private static IEnumerable<(int First, int Last)> Runs(double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var first = i;
            while (i < values.Length && double.IsFinite(values[i]))
                i++;
            if (i > first)
                yield return (first, i - 1);
        }
    }

    private static double[] Rounded(double[] values) => Array.ConvertAll(values, value => Math.Round(value, 5));

    private static string Describe((string Name, SmoothReliability Curve) method)
    {
        var (curve, c) = (method.Curve, CultureInfo.InvariantCulture);
        var drawn = Enumerable.Range(0, curve.Accuracy.Length).Where(i => double.IsFinite(curve.Accuracy[i])).ToArray();
        var worst = drawn.MaxBy(i => Math.Abs(curve.Confidence[i] - curve.Accuracy[i]));
        return string.Create(c, $"{method.Name} from confidence {curve.Confidence[drawn[0]]:0.00} to {curve.Confidence[drawn[^1]]:0.00}, ")
            + string.Create(c, $"farthest from the diagonal at {curve.Confidence[worst]:0.00}, where {curve.Accuracy[worst]:0.00} are right");
    }
}
