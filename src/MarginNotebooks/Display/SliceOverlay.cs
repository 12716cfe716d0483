using System.Globalization;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>One slice as the methods see it: image, ground truth, prediction, confidence and errors, a row for each method.</summary>
/// <remarks>
/// The confidence map runs from 1/K (the least an arg-max can have with K classes) to 1. In the error map a wrong pixel is the stronger
/// the more confident it is: a calibrated network's errors are pale.
/// </remarks>
public static class SliceOverlay
{
    private const int PanelPixels = 158;
    private const int RowGap = 8;
    private const double GapX = 0.012;
    private static readonly string[] Columns = ["Image", "Ground truth", "Prediction", "Confidence", "Errors"];

    /// <summary>Draws a slice.</summary>
    /// <param name="image">Intensities, row-major <c>(H, W)</c>.</param>
    /// <param name="truth">True class of each pixel, row-major <c>(H, W)</c>.</param>
    /// <param name="height">Rows H.</param>
    /// <param name="width">Columns W.</param>
    /// <param name="methods">What each method says.</param>
    /// <param name="classNames">Names of the classes 1, 2, …, without background.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">Which slice, for example <c>case 118, slice 17</c>; null for none.</param>
    /// <param name="ignoreLabel">Label of pixels without annotation: neither right nor wrong.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">An array has another length than H·W, a class has no name, or there is no method.</exception>
    public static Figure Draw(
        float[] image, byte[] truth, int height, int width, IReadOnlyList<SlicePrediction> methods, IReadOnlyList<string> classNames,
        string title = "One slice", string? subtitle = null, byte ignoreLabel = 255)
    {
        Check(image, truth, height, width, methods, classNames, ignoreLabel);
        var lowest = 1.0 / (classNames.Count + 1);
        var rowPixels = Math.Clamp((int)Math.Round(PanelPixels * (double)height / width), 60, 480);
        var layout = ChartStyle.Layout(title, subtitle, (methods.Count * (rowPixels + RowGap)) - RowGap, panelHeadings: true, left: 44,
            right: 90, axisTitle: false);
        var grid = new PanelGrid(methods.Count * Columns.Length, Columns.Length, GapX,
            (double)RowGap / ((methods.Count * (rowPixels + RowGap)) - RowGap));
        var (traces, pictures, texts) = (new List<Trace>(), new List<object>(), new List<object>());
        var grey = new SlicePicture(height, width).Grey(image).ToDataUri();
        var annotated = new SlicePicture(height, width).Grey(image).Classes(truth, ignoreLabel).ToDataUri();
        for (var m = 0; m < methods.Count; m++)
        {
            var (_, labels, confidence) = methods[m];
            string[] sources =
            [
                grey,
                annotated,
                new SlicePicture(height, width).Grey(image).Classes(labels, ignoreLabel).ToDataUri(),
                new SlicePicture(height, width).Confidence(confidence, lowest).ToDataUri(),
                new SlicePicture(height, width).Grey(image, dim: 0.6).Errors(truth, labels, confidence, ignoreLabel, lowest).ToDataUri(),
            ];
            for (var c = 0; c < Columns.Length; c++)
                AddPanel(layout, traces, pictures, grid, (m * Columns.Length) + c, sources[c], height, width);
            var y = grid.Y(m * Columns.Length);
            texts.Add(Fill(ChartStyle.Text($"<b>{Escape(methods[m].Name)}</b>", -0.008, (y[0] + y[1]) / 2, "right", "middle"),
                ("textangle", -90)));
        }

        for (var c = 0; c < Columns.Length; c++)
            texts.Add(ChartStyle.Text(Columns[c], grid.X(c).Average(), 1));
        traces.AddRange(LegendEntries(classNames));
        traces.Add(ColourBar(lowest));
        Fill(layout, ("images", pictures.ToArray()), ("annotations", texts.ToArray()));
        return new Figure(Chart(traces, layout), title, Describe(truth, methods, ignoreLabel));
    }

    private static void AddPanel(
        Layout layout, List<Trace> traces, List<object> pictures, PanelGrid grid, int panel, string source, int height, int width)
    {
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        Fill(layout,
            (ChartStyle.AxisMember('x', panel), Node(
                ("domain", grid.X(panel)), ("anchor", y), ("range", new[] { 0, width }), ("constrain", "domain"), ("visible", false),
                    ("fixedrange", false))),
            (ChartStyle.AxisMember('y', panel), Node(
                ("domain", grid.Y(panel)), ("anchor", x), ("range", new[] { height, 0 }), ("constrain", "domain"), ("scaleanchor", x),
                    ("visible", false))));
        pictures.Add(Node(
            ("source", source), ("xref", x), ("yref", y), ("x", 0), ("y", 0), ("sizex", width), ("sizey", height), ("xanchor", "left"),
                ("yanchor", "top"),
            ("sizing", "stretch"), ("layer", "below")));
        // Plotly draws a panel only when some trace lives in it.
        traces.Add(Trace("scatter",
            ("x", new[] { 0, width }), ("y", new[] { 0, height }), ("xaxis", x), ("yaxis", y), ("mode", "markers"), ("opacity", 0),
            ("hoverinfo", "skip"), ("showlegend", false)));
    }

    private static IEnumerable<Trace> LegendEntries(IReadOnlyList<string> classNames) =>
        classNames.Select((name, i) => Key(Escape(name), Palette.Class(i + 1), "square"))
            .Append(Key("wrong pixel (stronger: more confident)", Palette.Vermillion, "square"));

    private static Trace Key(string name, string colour, string symbol) => Trace("scatter",
        ("name", name), ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
        ("marker", Node(("symbol", symbol), ("size", 12), ("color", colour))));

    private static Trace ColourBar(double lowest) => Trace("scatter",
        ("name", "confidence"), ("showlegend", false), ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
        ("marker", Node(
            ("color", new[] { lowest }), ("cmin", lowest), ("cmax", 1), ("colorscale", Viridis.ColorScale), ("showscale", true),
            ("colorbar", Node(
                ("title", Node(("text", "Confidence"), ("side", "right"))), ("thickness", 14), ("x", 1.012), ("xanchor", "left"),
                    ("len", 1), ("y", 0.5), ("ypad", 0),
                ("tickformat", ".2f"), ("tickvals", Enumerable.Range(0, 4).Select(i => Math.Round(lowest + ((1 - lowest) * i / 3), 2))
                    .ToArray()), ("outlinewidth", 0))))));

    private static void Check(
        float[] image, byte[] truth, int height, int width, IReadOnlyList<SlicePrediction> methods, IReadOnlyList<string> classNames,
            byte ignore)
    {
        if (methods.Count == 0)
            throw new ArgumentException("A slice overlay needs at least one method.", nameof(methods));
        if (height < 1 || width < 1)
            throw new ArgumentException($"The slice is empty: {height} by {width} pixels.", nameof(height));
        CheckLength("the image", image.Length);
        CheckLength("the ground truth", truth.Length);
        CheckLabels("the ground truth", truth);
        foreach (var method in methods)
        {
            CheckLength($"the prediction of '{method.Name}'", method.Labels.Length);
            CheckLength($"the confidence of '{method.Name}'", method.Confidence.Length);
            CheckLabels($"the prediction of '{method.Name}'", method.Labels);
        }

        void CheckLength(string what, int length)
        {
            if (length != height * width)
                throw new ArgumentException($"A slice of {height} by {width} pixels has {height * width} values, but {what} has {length}.");
        }

        void CheckLabels(string what, byte[] labels)
        {
            var largest = labels.Where(label => label != ignore).DefaultIfEmpty((byte)0).Max();
            if (largest > classNames.Count)
                throw new ArgumentException($"There are names for classes 1 to {classNames.Count}, but {what} has class {largest}.",
                    nameof(classNames));
        }
    }

    private static string Describe(byte[] truth, IReadOnlyList<SlicePrediction> methods, byte ignore) =>
        "Image, ground truth, prediction, confidence and errors: " + string.Join("; ", methods.Select(method =>
        {
            int[] wrong = [.. Enumerable.Range(0, truth.Length).Where(p => truth[p] != ignore && truth[p] != method.Labels[p])];
            return string.Create(CultureInfo.InvariantCulture, $"{method.Name} has {wrong.Length} wrong pixels")
                + (wrong.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                    $" with mean confidence {wrong.Average(p => method.Confidence[p]):0.00}"));
        })) + ".";
}
