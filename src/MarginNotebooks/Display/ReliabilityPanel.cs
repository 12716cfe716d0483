using System.Globalization;
using MarginNotebooks.Metrics;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>One panel of a reliability diagram: accuracy above, pixel counts below, on a shared confidence axis.</summary>
internal sealed class ReliabilityPanel(PanelGrid grid, int panel)
{
    private const string AccuracyColour = Palette.Blue;
    private const string OverColour = Palette.Vermillion;
    private const string UnderColour = Palette.Purple;
    private const string BandColour = Palette.Ink;
    private const string CountColour = "#8C8C8C";

    // Each panel has one confidence axis (x) and two value axes: accuracy (y, 2·panel) and pixels (y, 2·panel + 1).
    private string X => ChartStyle.AxisId('x', panel);

    private string AccuracyY => ChartStyle.AxisId('y', 2 * panel);

    private string CountY => ChartStyle.AxisId('y', (2 * panel) + 1);

    public IEnumerable<Trace> Traces(BinSums bins, ReliabilityBand? band)
    {
        var all = Enumerable.Range(0, bins.Bins).ToArray();
        var width = 1.0 / bins.Bins;
        double[] centres = [.. all.Select(b => (b + 0.5) * width)];
        double[] gap = [.. all.Select(bins.Gap)];
        string[] hover = [.. all.Select(b => Hover(bins, band, b, width))];
        yield return Bars("accuracy", AccuracyY, centres, [.. all.Select(bins.Accuracy)], null, width, Palette.WithOpacity(AccuracyColour, 0.8), hover);
        yield return Bars("over-confident", AccuracyY, centres, [.. gap.Select(g => g > 0 ? g : double.NaN)],
            [.. all.Select(bins.Accuracy)], width, Palette.WithOpacity(OverColour, 0.45), hover, "/", OverColour);
        yield return Bars("under-confident", AccuracyY, centres, [.. gap.Select(g => g < 0 ? -g : double.NaN)],
            [.. all.Select(bins.MeanConfidence)], width, Palette.WithOpacity(UnderColour, 0.6), hover, "\\", "#FFFFFF");
        if (band is not null)
            yield return Bars("band", AccuracyY, centres, [.. all.Select(b => band.Upper[b] - band.Lower[b])],
                band.Lower, width * 0.36, Palette.WithOpacity(BandColour, 0.55), hover);
        yield return Trace("scatter",
            ("name", "perfect calibration"), ("mode", "lines"), ("x", new double[] { 0, 1 }), ("y", new double[] { 0, 1 }), ("xaxis", X), ("yaxis", AccuracyY),
            ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash"))), ("hoverinfo", "skip"), ("showlegend", false));
        yield return Bars("pixels", CountY, centres, [.. all.Select(b => bins.Count[b] == 0 ? double.NaN : bins.Count[b])], null, width, CountColour, hover);
    }

    public void AddAxes(Layout layout, long mostPixels)
    {
        var y = grid.Y(panel);
        var height = y[1] - y[0];
        double[] accuracy = [Math.Round(y[0] + (0.29 * height), 5), y[1]];
        double[] counts = [y[0], Math.Round(y[0] + (0.23 * height), 5)];
        var left = grid.IsLeft(panel);
        Fill(layout,
            (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? "Confidence" : null, grid.X(panel), CountY,
                ("range", new[] { 0.0, 1.0 }), ("tickvals", new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }), ("constrain", "domain"))),
            (ChartStyle.AxisMember('y', 2 * panel), ChartStyle.Axis(left ? "Accuracy" : null, accuracy, X,
                ("range", new[] { 0.0, 1.0 }), ("tickvals", new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }), ("showticklabels", left))),
            (ChartStyle.AxisMember('y', (2 * panel) + 1), ChartStyle.Axis(left ? "Pixels" : null, counts, X,
                ("type", "log"), ("range", new[] { -0.3, Math.Log10(mostPixels) + 0.3 }), ("tickformat", "~s"), ("nticks", 4), ("dtick", TickStep(mostPixels)),
                ("showticklabels", left))));
    }

    public DynamicObj.DynamicObj Heading(string name, double ece)
    {
        var number = ece.ToString("0.0000", CultureInfo.InvariantCulture);
        var x = grid.X(panel);
        return ChartStyle.Text(name.Length == 0 ? $"ECE {number}" : $"<b>{Escape(name)}</b>   ECE {number}", (x[0] + x[1]) / 2, grid.Y(panel)[1]);
    }

    /// <summary>Entries that stand for all panels: marks without a place of their own.</summary>
    public static IEnumerable<Trace> LegendEntries(bool band)
    {
        yield return Key("accuracy", Palette.WithOpacity(AccuracyColour, 0.8));
        yield return Key("gap, over-confident", Palette.WithOpacity(OverColour, 0.45));
        yield return Key("gap, under-confident", Palette.WithOpacity(UnderColour, 0.6));
        if (band)
            yield return Key("bootstrap interval of the accuracy", Palette.WithOpacity(BandColour, 0.55));
        yield return Trace("scatter", ("name", "perfect calibration"), ("mode", "lines"), ("x", new double?[] { null }), ("y", new double?[] { null }),
            ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash"))));
    }

    private static Trace Key(string name, string colour) => Trace("scatter",
        ("name", name), ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
        ("marker", Node(("symbol", "square"), ("size", 12), ("color", colour))));

    private Trace Bars(
        string name, string y, double[] centres, double[] heights, double[]? bases, double width, string colour, string[] hover,
        string? pattern = null, string? patternColour = null) => Trace("bar",
        ("name", name), ("x", centres), ("y", heights), ("base", bases), ("width", width), ("xaxis", X), ("yaxis", y),
        ("marker", Node(
            ("color", colour), ("line", Node(("color", "#FFFFFF"), ("width", name == "band" ? 0 : 0.7))),
            ("pattern", pattern is null ? null : Node(("shape", pattern), ("fgcolor", patternColour), ("size", 6), ("solidity", 0.15), ("fillmode", "overlay"))))),
        ("hovertext", hover), ("hoverinfo", "text"), ("showlegend", false));

    private static double TickStep(long most) => Math.Max(1, Math.Ceiling(Math.Log10(most) / 4));

    private static string Hover(BinSums bins, ReliabilityBand? band, int b, double width)
    {
        var interval = band is null || double.IsNaN(band.Lower[b]) ? "" : string.Create(
            CultureInfo.InvariantCulture, $" [{band.Lower[b]:0.000}, {band.Upper[b]:0.000}]");
        return string.Create(CultureInfo.InvariantCulture,
            $"confidence ({b * width:0.###}, {(b + 1) * width:0.###}]<br>accuracy {bins.Accuracy(b):0.000}{interval}<br>mean confidence {bins.MeanConfidence(b):0.000}<br>{bins.Count[b]:N0} pixels");
    }
}
