using System.Globalization;
using MarginNotebooks.Data;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>How bright the voxels of each class are, over all cases of a data set: a panel a channel, a line a class.</summary>
/// <remarks>
/// Bin b of class k has height <c>n_kb / n_k</c>, so that a small class is as visible as the background; bins have equal width over the range of
/// the prepared intensities. Classes whose lines lie on top of one another cannot be told apart by brightness alone.
/// </remarks>
[Reference(ReferenceKind.Chart, "intensity-distribution", "Intensities by class",
    Formula = "n_kb / n_k for class k and intensity bin b",
    Source = "this kit", Test = "IntensityDistributionTests",
    Note = "Each line adds up to 1 by itself; the axis is square-rooted, which keeps both a peak and a tail in sight.")]
public static class IntensityDistribution
{
    /// <summary>Draws the distributions.</summary>
    /// <param name="contents">A data set with cases.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The data set has no case.</exception>
    public static Figure Draw(DatasetContents contents)
    {
        if (contents.Cases.Count == 0)
            throw new ArgumentException($"'{contents.Info.Key}' has no case ({contents.Remark}): there is nothing to draw.", nameof(contents));
        var info = contents.Info;
        var counts = Enumerable.Range(0, contents.Cases[0].Histogram.Count).Select(i => contents.Cases.Sum(item => item.Histogram[i])).ToArray();
        var shares = counts.Chunk(CaseContents.Bins).Select(bins => bins.Sum() is > 0 and var all ? Array.ConvertAll(bins, n => (double)n / all) : null).ToArray();
        var title = $"Intensities of {info.Key}";
        var grid = new PanelGrid(info.Channels, 4, 0.05, info.Channels > 4 ? 0.16 : 0, maxWidth: 0.8);
        var layout = ChartStyle.Layout(
            title, $"all {contents.Cases.Count} cases, as prepared ({info.Normalisation}); every class adds up to 100 %", grid.Rows * 300, panelHeadings: info.Channels > 1);
        var (traces, texts) = (new List<Trace>(), new List<object>());
        var highest = shares.Max(bins => bins?.Max() ?? 0);
        for (var c = 0; c < info.Channels; c++)
        {
            for (var k = 0; k < info.ClassCount; k++)
                if (shares[c * info.ClassCount + k] is { } bins)
                    traces.Add(Line(info.ClassNames[k], bins, contents.Range, c, k));
            AddAxes(layout, grid, c, contents.Range, highest);
            if (info.Channels > 1)
                texts.Add(ChartStyle.Text($"<b>{Escape(info.ChannelNames[c])}</b>", grid.X(c).Average(), grid.Y(c)[1]));
        }
        Fill(layout, ("annotations", texts.ToArray()));
        return new Figure(Chart(traces, layout), title, $"Distribution of the intensities of {info.Key} by class"
            + $"{(info.Channels > 1 ? $", {info.ChannelNames[0]}" : "")}: "
            + string.Join("; ", info.ClassNames.Select((name, k) => Describe(name, shares[k], contents.Range))) + ".");
    }

    // Square roots are plotted, and labelled with what they are roots of: a plotly axis has no such scale.
    private static Trace Line(string name, double[] bins, (float Low, float High) range, int panel, int k)
    {
        var width = (range.High - (double)range.Low) / bins.Length;
        return Trace("scatter",
            ("name", Escape(name)), ("legendgroup", $"class {k}"), ("showlegend", panel == 0), ("mode", "lines"),
            ("xaxis", ChartStyle.AxisId('x', panel)), ("yaxis", ChartStyle.AxisId('y', panel)),
            ("x", bins.Select((_, b) => Math.Round(range.Low + (b + 0.5) * width, 6)).ToArray()),
            ("y", Array.ConvertAll(bins, share => Math.Round(Math.Sqrt(share), 5))), ("customdata", Array.ConvertAll(bins, share => Math.Round(share, 7))),
            ("line", Node(("color", Palette.Series(k)), ("width", 2.2), ("shape", "hvh"), ("dash", k == 0 ? "dot" : "solid"))),
            ("hovertemplate", $"intensity around %{{x:.3f}}<br>%{{customdata:.2%}} of {Escape(name)}<extra></extra>"));
    }

    private static void AddAxes(Layout layout, PanelGrid grid, int panel, (float Low, float High) range, double highest)
    {
        double[] ticks = [.. new[] { 0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1 }.Where(tick => tick <= highest * 1.05)];
        Fill(layout,
            (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? "Intensity" : null, grid.X(panel),
                ChartStyle.AxisId('y', panel), ("range", new[] { range.Low, range.High }))),
            (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(grid.IsLeft(panel) ? "Share of the class's voxels" : null, grid.Y(panel),
                ChartStyle.AxisId('x', panel), ("range", new[] { 0, Math.Sqrt(highest) * 1.05 }), ("tickvals", Array.ConvertAll(ticks, Math.Sqrt)),
                ("ticktext", Array.ConvertAll(ticks, tick => tick.ToString("0 %", CultureInfo.InvariantCulture))), ("showticklabels", grid.IsLeft(panel)))));
    }

    private static string Describe(string name, double[]? shares, (float Low, float High) range)
    {
        if (shares is null)
            return $"{name} has no voxel";
        var peak = Array.IndexOf(shares, shares.Max());
        var centre = range.Low + (peak + 0.5) * (range.High - (double)range.Low) / shares.Length;
        return string.Create(CultureInfo.InvariantCulture, $"{name} most often around {centre:0.00} ({shares[peak]:P0} of its voxels)");
    }
}
