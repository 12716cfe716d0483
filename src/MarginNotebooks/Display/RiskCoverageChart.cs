using System.Globalization;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Risk–coverage curves: how the error rate falls when the least confident pixels are left to a human.</summary>
/// <remarks>
/// Lower is better everywhere; the right end is the plain error rate. A useful confidence makes the curve fall towards the left. See
/// <see cref="RiskCoverageLine"/> for the curve and the area under it (AURC).
/// </remarks>
[Reference(ReferenceKind.Chart, "risk-coverage", "Risk–coverage curves",
    Formula = "risk(k/n) = share of wrong ones among the k most confident of n pixels; AURC = mean of risk(k/n) over k",
    Source = "Geifman, Uziel and El-Yaniv, ICLR 2019, arXiv 1805.08206", Test = "RiskCoverageChartTests",
    Note = "Equal confidences are in no order: the risk inside such a group is the expectation over all orders.")]
public static class RiskCoverageChart
{
    /// <summary>Draws the curves in one panel.</summary>
    /// <param name="lines">A curve for each network.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <param name="logScale">Whether the risk is drawn on a logarithmic axis, which has no place for a risk of exactly 0.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">
    /// There is no curve, its arrays differ in length or are empty, coverages do not rise within (0, 1], or a risk is outside [0, 1].
    /// </exception>
    public static Figure Draw(
        IReadOnlyList<RiskCoverageLine> lines, string title = "Risk and coverage", string? subtitle = null, bool logScale = false)
    {
        if (lines.Count == 0)
            throw new ArgumentException("A risk–coverage chart needs at least one curve.", nameof(lines));
        foreach (var line in lines)
            Check(line);
        var layout = ChartStyle.Layout(title, subtitle, 380);
        var risks = lines.SelectMany(line => line.Risk).Where(risk => risk > 0).ToArray();
        object range = logScale && risks.Length > 0
            ? new[] { Math.Floor(Math.Log10(risks.Min())), Math.Log10(risks.Max()) + 0.1 }
            : new[] { 0, Math.Min(1.02, risks.DefaultIfEmpty(0.01).Max() * 1.08) };
        Fill(layout,
            ("xaxis", ChartStyle.Axis("Coverage (share of pixels kept, most confident first)", [0, 1], "y",
                ("range", new[] { 0.0, 1.0 }), ("tickformat", ".0%"))),
            ("yaxis", ChartStyle.Axis("Risk (error rate among them)", [0, 1], "x", ("range", range), ("type", logScale ? "log" : "linear"),
                ("dtick", logScale ? 1 : null), ("exponentformat", "power"), ("tickformat", logScale ? null : ".1~%"))));
        return new Figure(Chart(lines.Select(Line), layout), title, "Error rate among the most confident pixels by coverage: "
            + string.Join("; ", lines.Select(Describe)) + ".");
    }

    private static Trace Line(RiskCoverageLine line, int index) => Trace("scatter",
        ("name", Escape(line.Name) + (line.Aurc is { } aurc ? string.Create(CultureInfo.InvariantCulture, $" (AURC {aurc:0.0000})") : "")),
        ("mode", line.Coverage.Length == 1 ? "markers" : "lines"), ("x", Rounded(line.Coverage)), ("y", Rounded(line.Risk)),
        ("connectgaps", false), ("line", Node(("color", Palette.Series(index)), ("width", 2.4), ("dash", index >= 8 ? "dot" : "solid"))),
        ("marker", Node(("color", Palette.Series(index)))),
        ("hovertemplate", "keeping %{x:.1%}<br>%{y:.3%} of them wrong<extra>%{fullData.name}</extra>"));

    private static double[] Rounded(double[] values) => Array.ConvertAll(values, value => Math.Round(value, 7));

    private static void Check(RiskCoverageLine line)
    {
        if (line.Coverage.Length == 0 || line.Coverage.Length != line.Risk.Length)
            throw new ArgumentException(
                $"'{line.Name}' has {line.Coverage.Length} coverages and {line.Risk.Length} risks; it needs as many of both, and at least one.");
        for (var i = 0; i < line.Coverage.Length; i++)
        {
            if (!(line.Coverage[i] is > 0 and <= 1) || (i > 0 && line.Coverage[i] <= line.Coverage[i - 1]))
                throw new ArgumentException(
                    $"Coverage {line.Coverage[i]} of '{line.Name}' (number {i}) is not above the one before it and in (0, 1].");
            if (line.Risk[i] is < 0 or > 1)
                throw new ArgumentException($"Risk {line.Risk[i]} of '{line.Name}' (number {i}) is not in [0, 1].");
        }
    }

    private static string Describe(RiskCoverageLine line)
    {
        var half = Array.FindIndex(line.Coverage, coverage => coverage >= 0.5);
        var c = CultureInfo.InvariantCulture;
        return $"{line.Name}" + (line.Aurc is { } aurc ? string.Create(c, $" AURC {aurc:0.0000}") : "")
            + (half >= 0 && half < line.Coverage.Length - 1 && double.IsFinite(line.Risk[half])
                ? string.Create(c, $", {line.Risk[half]:0.00%} wrong at {line.Coverage[half]:0%} coverage") : "")
            + (double.IsFinite(line.Risk[^1]) ? string.Create(c, $", {line.Risk[^1]:0.00%} at {line.Coverage[^1]:0%}") : "");
    }
}
