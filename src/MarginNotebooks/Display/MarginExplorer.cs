using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>
/// One figure with a slider over the margin m: the penalty, its gradient beside that of cross-entropy, and the reliability diagram of a
/// network trained with that margin.
/// </summary>
/// <remarks>
/// The curves are exact and exist for every margin; a reliability diagram exists only where a network was trained, and elsewhere the panel
/// says that there is none: nothing is interpolated. See <see cref="MarginPixel"/> for the curves.
/// </remarks>
[Reference(ReferenceKind.Chart, "margin-explorer", "Margin explorer",
    Formula = "penalty and its gradient for each margin m, beside the reliability diagram of a network trained with it",
    Source = "this kit", Test = "MarginExplorerTests", Note = "Shows a diagram only where a network was trained; nothing is interpolated.")]
public static class MarginExplorer
{
    private const int PlotHeight = 450;

    /// <summary>Draws the figure.</summary>
    /// <param name="steps">The slider's positions, in its order.</param>
    /// <param name="classes">K, the number of classes of the pixel whose curves are drawn.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="start">Index of the position that is shown first, and in pictures.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Line below the title; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no position, or bins of different numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such start, or a margin, λ or K is outside its range.</exception>
    public static Figure Draw(
        IReadOnlyList<MarginStep> steps, int classes, double lambda, int start = 0, string title = "Move the margin",
        string? subtitle = null)
    {
        if (steps.Count == 0)
            throw new ArgumentException("A slider needs at least one margin.", nameof(steps));
        if (start < 0 || start >= steps.Count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The slider's positions are 0 to {steps.Count - 1}.");
        var bins = steps.Select(step => step.Bins?.Bins).OfType<int>().Distinct().ToList();
        if (bins.Count > 1)
            throw new ArgumentException($"All networks must have the same number of bins, not {string.Join(" and ", bins)}.", nameof(steps));

        var finite = steps.Select(step => step.Margin).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        var curves = new MarginCurves(Math.Max(8, 1.2 * finite));
        var grid = new PanelGrid(2, 2, 0.09, 0);
        var panel = new ReliabilityPanel(grid, 1);
        var empty = new BinSums(bins.Count > 0 ? bins[0] : 15);
        List<SliderFrames.Frame> frames = [.. steps.Select(step =>
        {
            var pixel = new MarginPixel(classes, step.Margin, lambda);
            return new SliderFrames.Frame(
                step.Label,
                [.. curves.Traces(pixel), .. panel.Traces(step.Bins ?? empty, step.Band ?? NoBand(empty.Bins))],
                [.. curves.Texts(pixel, grid.X(0)), .. ReliabilityTexts(panel, step, grid.X(1))]);
        })];

        var layout = ChartStyle.Layout(title, subtitle, PlotHeight, panelHeadings: true);
        curves.AddAxes(layout, grid.X(0), new MarginPixel(classes, steps.Min(step => step.Margin), lambda));
        panel.AddAxes(layout, Math.Max(1, steps.Max(step => step.Bins?.Count.Max() ?? 0)));
        // The panel stands alone: it carries the axis titles that others of a row leave to the first.
        foreach (var (axis, name) in new[] { (2, "Accuracy"), (3, "Pixels") })
            Fill((DynamicObj.DynamicObj)layout.TryGetPropertyValue(ChartStyle.AxisMember('y', axis)).Value,
                ("showticklabels", true), ("title", Node(("text", name), ("standoff", 8))));
        AddSlider(layout, frames, start);
        return new Figure(
            Chart([.. frames[start].Traces, .. ReliabilityPanel.LegendEntries(steps.Any(step => step.Band is not null))], layout), title,
            Describe(steps, start, classes, lambda));
    }

    // Above the panels: the legend below them takes more rows the narrower the page is.
    private static void AddSlider(Layout layout, IReadOnlyList<SliderFrames.Frame> frames, int start)
    {
        const int room = 96;
        const int headings = 34;
        var margin = (DynamicObj.DynamicObj)layout.TryGetPropertyValue("margin").Value;
        Fill(margin, ("t", (int)margin.TryGetPropertyValue("t").Value + room));
        Fill(layout,
            ("height", (int)layout.TryGetPropertyValue("height").Value + room), ("barmode", "overlay"), ("bargap", 0),
            ("annotations", frames[start].Texts.ToArray()),
            ("sliders", new object[] { SliderFrames.Slider(frames, start, "margin m = ", 1 + ((double)headings / PlotHeight)) }));
    }

    private static IEnumerable<object> ReliabilityTexts(ReliabilityPanel panel, MarginStep step, double[] x)
    {
        var name = double.IsInfinity(step.Margin) ? "Cross-entropy alone" : $"Trained with m = {step.Label}";
        if (step.Bins is not { Total: > 0 } bins)
        {
            yield return ChartStyle.Text("<b>No network to show</b>", (x[0] + x[1]) / 2, 1);
            yield return ChartStyle.Text("no stored run with this margin", (x[0] + x[1]) / 2, 0.64, "center", "middle", 16);
            yield break;
        }
        foreach (var text in panel.Texts(name, CalibrationErrors.Expected(bins)))
            yield return text;
        if (step.Note is { } note)
            yield return Fill(
                ChartStyle.Text(Escape(note), x[0], 1, "left", "top", 13), ("xshift", 6), ("yshift", -28), ("align", "left"),
                ("bgcolor", "rgba(255,255,255,0.8)"));
    }

    private static ReliabilityBand NoBand(int bins)
    {
        double[] none = [.. Enumerable.Repeat(double.NaN, bins)];
        return new ReliabilityBand(none, none, none, none, new long[bins], new int[bins]);
    }

    private static string Describe(IReadOnlyList<MarginStep> steps, int start, int classes, double lambda)
    {
        var pixel = new MarginPixel(classes, steps[start].Margin, lambda);
        var ece = steps[start].Bins is { Total: > 0 } bins ? CalibrationErrors.Expected(bins) : double.NaN;
        return string.Create(CultureInfo.InvariantCulture,
            $"A slider over {steps.Count} margins moves the penalty, its gradient and a reliability diagram; shown is m = {steps[start].Label}, where the loss is lowest at d = {pixel.RestingDistance:0.0}")
            + (double.IsNaN(ece) ? "." : string.Create(CultureInfo.InvariantCulture, $" and the network's ECE is {ece:0.0000}."));
    }
}
