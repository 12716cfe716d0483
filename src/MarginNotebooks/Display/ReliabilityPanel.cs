using System.Globalization;
using MarginNotebooks.Metrics;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>What the two axes of a reliability panel mean.</summary>
/// <param name="Predicted">What the network says, as an axis title.</param>
/// <param name="Observed">What is true, as an axis title.</param>
internal readonly record struct ReliabilityWords(string Predicted, string Observed)
{
    /// <summary>Of the predicted class.</summary>
    public static ReliabilityWords TopLabel { get; } = new("Confidence", "Accuracy");

    /// <summary>Of one class among all.</summary>
    public static ReliabilityWords OneClass { get; } = new("Probability of the class", "Frequency of the class");
}

/// <summary>One panel of a reliability diagram: accuracy above, pixel counts below, on a shared confidence axis.</summary>
internal sealed class ReliabilityPanel(PanelGrid grid, int panel, ReliabilityWords? words = null)
{
    private readonly ReliabilityWords _words = words ?? ReliabilityWords.TopLabel;

    private const string CountColour = "#8C8C8C";
    private static readonly string AccuracyColour = Palette.Tint(Palette.Blue, 0.15);
    private static readonly string OverColour = Palette.Tint(Palette.Vermillion, 0.5);
    private static readonly string UnderColour = Palette.Tint(Palette.Purple, 0.3);
    private static readonly string BandColour = Palette.WithOpacity(Palette.Ink, 0.6);

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
        string[] hover = [.. all.Select(b => Hover(_words, bins, band, b, width))];
        yield return Bars("accuracy", AccuracyY, centres, [.. all.Select(bins.Accuracy)], null, width, AccuracyColour, hover);
        yield return Bars("over-confident", AccuracyY, centres, [.. gap.Select(g => g > 0 ? g : double.NaN)],
            [.. all.Select(bins.Accuracy)], width, OverColour, null, "/", Palette.Vermillion);
        yield return Bars("under-confident", AccuracyY, centres, [.. gap.Select(g => g < 0 ? -g : double.NaN)],
            [.. all.Select(bins.MeanConfidence)], width, UnderColour, null, "\\", "#FFFFFF");
        if (band is not null)
            yield return Bars("band", AccuracyY, centres, [.. all.Select(b => band.Upper[b] - band.Lower[b])],
                band.Lower, width * 0.36, BandColour);
        yield return Trace("scatter",
            ("name", "perfect calibration"), ("mode", "lines"), ("x", new double[] { 0, 1 }), ("y", new double[] { 0, 1 }), ("xaxis", X),
                ("yaxis", AccuracyY),
            ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash"))), ("hoverinfo", "skip"), ("showlegend", false));
        yield return Bars("pixels", CountY, centres, [.. all.Select(b => bins.Count[b] == 0 ? double.NaN : bins.Count[b])], null, width,
            CountColour, hover);
    }

    public void AddAxes(Layout layout, long mostPixels)
    {
        var y = grid.Y(panel);
        var height = y[1] - y[0];
        double[] accuracy = [Math.Round(y[0] + (0.29 * height), 5), y[1]];
        double[] counts = [y[0], Math.Round(y[0] + (0.23 * height), 5)];
        var left = grid.IsLeft(panel);
        Fill(layout,
            (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? _words.Predicted : null, grid.X(panel), CountY,
                ("range", new[] { 0.0, 1.0 }), ("tickvals", new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }), ("mirror", "all"))),
            (ChartStyle.AxisMember('y', 2 * panel), ChartStyle.Axis(left ? _words.Observed : null, accuracy, X,
                ("range", new[] { 0.0, 1.0 }), ("tickvals", new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 }), ("showticklabels", left))),
            (ChartStyle.AxisMember('y', (2 * panel) + 1), ChartStyle.Axis(left ? "Pixels" : null, counts, X,
                ("type", "log"), ("range", new[] { -0.3, Math.Log10(mostPixels) + 0.3 }), ("tickformat", "~s"), ("nticks", 4),
                    ("dtick", TickStep(mostPixels)),
                ("showticklabels", left))));
    }

    public IEnumerable<DynamicObj.DynamicObj> Texts(string name, double ece)
    {
        var (x, top) = (grid.X(panel), grid.Y(panel)[1]);
        if (name.Length > 0)
            yield return ChartStyle.Text($"<b>{Escape(name)}</b>", (x[0] + x[1]) / 2, top);
        yield return Fill(
            ChartStyle.Text($"<b>ECE {ece.ToString("0.0000", CultureInfo.InvariantCulture)}</b>", x[0], top, "left", "top"),
            ("xshift", 6), ("yshift", -6), ("bgcolor", "rgba(255,255,255,0.8)"));
    }

    /// <summary>Entries that stand for all panels: marks without a place of their own.</summary>
    public static IEnumerable<Trace> LegendEntries(bool band, ReliabilityWords? words = null)
    {
        yield return Key((words ?? ReliabilityWords.TopLabel).Observed.ToLowerInvariant(), AccuracyColour);
        yield return Key("over-confident gap", OverColour);
        yield return Key("under-confident gap", UnderColour);
        if (band)
            yield return Key("bootstrap interval", BandColour);
        yield return Trace("scatter", ("name", "perfect calibration"), ("mode", "lines"), ("x", new double?[] { null }),
            ("y", new double?[] { null }),
            ("line", Node(("color", Palette.Ink), ("width", 1.5), ("dash", "dash"))));
    }

    private static Trace Key(string name, string colour) => Trace("scatter",
        ("name", name), ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
        ("marker", Node(("symbol", "square"), ("size", 12), ("color", colour))));

    private Trace Bars(
        string name, string y, double[] centres, double[] heights, double[]? bases, double width, string colour, string[]? hover = null,
        string? pattern = null, string? patternColour = null) => Trace("bar",
        ("name", name), ("x", centres), ("y", heights), ("base", bases), ("width", width), ("xaxis", X), ("yaxis", y),
        ("marker", Node(
            ("color", colour), ("line", Node(("color", "#FFFFFF"), ("width", name == "band" ? 0 : 0.7))),
            ("pattern", pattern is null ? null
                : Node(("shape", pattern), ("fgcolor", patternColour), ("size", 6), ("solidity", 0.15), ("fillmode", "overlay"))))),
        ("hovertext", hover), ("hoverinfo", hover is null ? "skip" : "text"), ("showlegend", false));

    private static double TickStep(long most) => Math.Max(1, Math.Ceiling(Math.Log10(most) / 4));

    private static string Hover(ReliabilityWords words, BinSums bins, ReliabilityBand? band, int b, double width)
    {
        string Text(FormattableString text) => FormattableString.Invariant(text);
        var interval = band is null || double.IsNaN(band.Lower[b]) ? "" : Text($" [{band.Lower[b]:0.000}, {band.Upper[b]:0.000}]");
        return string.Join("<br>",
            Text($"{words.Predicted.ToLowerInvariant()} ({b * width:0.###}, {(b + 1) * width:0.###}]"),
            Text($"{words.Observed.ToLowerInvariant()} {bins.Accuracy(b):0.000}") + interval,
            Text($"mean {words.Predicted.ToLowerInvariant()} {bins.MeanConfidence(b):0.000}"),
            Text($"{bins.Count[b]:N0} pixels"));
    }
}
