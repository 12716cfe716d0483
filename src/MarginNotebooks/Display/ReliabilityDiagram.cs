using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Accuracy against confidence: a calibrated network's bars end on the diagonal.</summary>
/// <remarks>
/// For each confidence bin b: a bar of height <c>acc_b</c>; a shaded gap between <c>acc_b</c> and the mean confidence <c>conf_b</c>,
/// vermillion where the network is over-confident, purple where under-confident; optionally the bootstrap interval of <c>acc_b</c> as a
/// grey band; and below it the number of pixels on a logarithmic axis. The gaps weighted with the counts add up to the ECE printed in the
/// panel. Empty bins stay empty. Source: Guo et al. 2017, arXiv 1706.04599, figure 1.
/// </remarks>
[Reference(ReferenceKind.Chart, "reliability-diagram", "Reliability diagram",
    Formula = "acc_b = Correct_b / n_b against conf_b = Σ c / n_b, by confidence bin b; n_b below",
    Source = "Guo et al., ICML 2017, arXiv 1706.04599, figure 1", Test = "ReliabilityDiagramTests",
    Note = "With an optional band: bootstrap intervals of acc_b over patients. Empty bins stay empty.")]
public static class ReliabilityDiagram
{
    /// <summary>The diagram of one network.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <param name="band">Interval of the accuracy in each bin; null for none.</param>
    /// <param name="name">Heading of the panel, for example the method's name; null for none.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are, for example <c>foreground pixels of 50 test cases</c>; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">No pixel was counted, or the band has other bins.</exception>
    public static Figure Draw(
        BinSums bins, ReliabilityBand? band = null, string? name = null, string title = "Reliability diagram", string? subtitle = null) =>
        SideBySide([(name ?? "", bins, band)], title, subtitle);

    /// <summary>Several networks, a panel each, on the same axes; at most four panels in a row.</summary>
    /// <param name="methods">Name, sums and optional accuracy band of each network.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no network, one of them has no pixel, or a band has other bins.</exception>
    public static Figure SideBySide(
        IReadOnlyList<(string Name, BinSums Bins, ReliabilityBand? Band)> methods, string title = "Reliability diagrams",
            string? subtitle = null)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A reliability diagram needs at least one network.", nameof(methods));
        foreach (var (name, bins, band) in methods)
            Check(name, bins, band);

        var grid = new PanelGrid(methods.Count, 4, 0.035, methods.Count > 4 ? 0.13 : 0, maxWidth: 0.56);
        var layout = ChartStyle.Layout(title, subtitle, grid.Rows * (grid.Columns > 2 ? 340 : 460), panelHeadings: true);
        Fill(layout, ("barmode", "overlay"), ("bargap", 0), ("hovermode", "x"));
        var traces = new List<Plotly.NET.Trace>();
        var texts = new List<object>();
        var mostPixels = methods.Max(method => method.Bins.Count.Max());
        for (var m = 0; m < methods.Count; m++)
        {
            var panel = new ReliabilityPanel(grid, m);
            traces.AddRange(panel.Traces(methods[m].Bins, methods[m].Band));
            panel.AddAxes(layout, mostPixels);
            texts.AddRange(panel.Texts(methods[m].Name, CalibrationErrors.Expected(methods[m].Bins)));
        }

        traces.AddRange(ReliabilityPanel.LegendEntries(methods.Any(method => method.Band is not null)));
        Fill(layout, ("annotations", texts.ToArray()));
        return new Figure(Chart(traces, layout), title, Describe(methods));
    }

    private static void Check(string name, BinSums bins, ReliabilityBand? band)
    {
        var who = name.Length == 0 ? "The network" : $"'{name}'";
        if (bins.Total == 0)
            throw new ArgumentException($"{who} has no pixel in any bin: there is nothing to draw. Was the region of interest empty?",
                nameof(bins));
        if (band is not null && (band.Lower.Length != bins.Bins || band.Upper.Length != bins.Bins))
            throw new ArgumentException(
                $"{who} has {bins.Bins} bins, but its band has {band.Lower.Length} lower and {band.Upper.Length} upper ends.",
                    nameof(band));
    }

    private static string Describe(IReadOnlyList<(string Name, BinSums Bins, ReliabilityBand? Band)> methods) =>
        "Accuracy against confidence by bin: " + string.Join("; ", methods.Select(method =>
        {
            var over = Enumerable.Range(0, method.Bins.Bins).Where(b => method.Bins.Count[b] > 0 && method.Bins.Gap(b) > 0)
                .Sum(b => method.Bins.Count[b]);
            var share = (double)over / method.Bins.Total;
            var ece = CalibrationErrors.Expected(method.Bins);
            return string.Create(CultureInfo.InvariantCulture,
                $"{method.Name} ECE {ece:0.0000}, {share:P0} of {method.Bins.Total:N0} pixels lie in over-confident bins").TrimStart();
        })) + ".";
}
