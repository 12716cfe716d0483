using System.Globalization;
using MarginNotebooks.Metrics;
using MarginNotebooks.Reference;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>A reliability diagram for each class: how often a pixel truly is of class k where the network gives k the probability p.</summary>
/// <remarks>
/// For each bin b of the probability of class k: a bar of height <c>freq_b = #(y = k) / n_b</c> and a gap to the mean probability, as in
/// <see cref="ReliabilityDiagram"/>. Every pixel is in every panel, most of them in the first bin. A network can be calibrated in its
/// confidence and still favour one class over another; only these panels show it.
/// Source: Kull et al. 2019, arXiv 1910.12656 (classwise-reliability diagrams).
/// </remarks>
[Reference(ReferenceKind.Chart, "class-reliability", "Class-wise reliability diagrams",
    Formula = "freq_b = #(y = k) / n_b against mean p_k, for each class k and bin b of p_k",
    Source = "Kull et al., NeurIPS 2019, arXiv 1910.12656", Test = "ClassReliabilityTests",
    Note = "One panel a class; the number in each panel is Σ_b n_b/n |freq_b − mean p_k|, this class's part of the class-wise ECE.")]
public static class ClassReliability
{
    private const double RowGap = 64; // pixels: room for tick labels and a heading

    /// <summary>The diagrams of one network.</summary>
    /// <param name="classNames">Name of each class, class 0 first.</param>
    /// <param name="perClass">Sums over each class's probability, as <see cref="CalibrationAccumulator.PerClass"/> gives them.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">Names and sums differ in number, or a class has no pixel.</exception>
    public static Figure Draw(
        IReadOnlyList<string> classNames, IReadOnlyList<BinSums> perClass, string title = "Class-wise reliability", string? subtitle = null) =>
        Draw(classNames, [("", perClass)], title, subtitle);

    /// <summary>The diagrams of several networks: a row for each, a column for each class.</summary>
    /// <param name="classNames">Name of each class, class 0 first.</param>
    /// <param name="methods">Name and sums of each network.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">What the pixels are; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no network, names and sums differ in number, or a class has no pixel.</exception>
    public static Figure Draw(
        IReadOnlyList<string> classNames, IReadOnlyList<(string Name, IReadOnlyList<BinSums> PerClass)> methods,
        string title = "Class-wise reliability", string? subtitle = null)
    {
        Check(classNames, methods);
        var columns = methods.Count == 1 ? 4 : classNames.Count;
        var rows = ((methods.Count * classNames.Count) + columns - 1) / columns;
        var rowPixels = Math.Min(columns, methods.Count * classNames.Count) > 2 ? 330 : 440;
        var grid = new PanelGrid(methods.Count * classNames.Count, columns, 0.035, rows > 1 ? RowGap / (rows * rowPixels) : 0, maxWidth: 0.56);
        var layout = ChartStyle.Layout(title, subtitle, grid.Rows * rowPixels, panelHeadings: true);
        Fill(layout, ("barmode", "overlay"), ("bargap", 0), ("hovermode", "x"));
        var (traces, texts) = (new List<Trace>(), new List<object>());
        var mostPixels = methods.Max(method => method.PerClass.Max(bins => bins.Count.Max()));
        for (var m = 0; m < methods.Count; m++)
        {
            for (var k = 0; k < classNames.Count; k++)
            {
                var panel = new ReliabilityPanel(grid, (m * classNames.Count) + k, ReliabilityWords.OneClass);
                var bins = methods[m].PerClass[k];
                traces.AddRange(panel.Traces(bins, null));
                panel.AddAxes(layout, mostPixels);
                texts.AddRange(panel.Texts(
                    methods[m].Name.Length > 0 ? $"{methods[m].Name}: {classNames[k]}" : classNames[k], CalibrationErrors.Expected(bins)));
            }
        }

        traces.AddRange(ReliabilityPanel.LegendEntries(band: false, ReliabilityWords.OneClass));
        Fill(layout, ("annotations", texts.ToArray()));
        return new Figure(Chart(traces, layout), title, "Frequency of each class against its predicted probability: "
            + string.Join("; ", methods.Select(method => Describe(method.Name, classNames, method.PerClass))) + ".");
    }

    private static void Check(IReadOnlyList<string> classNames, IReadOnlyList<(string Name, IReadOnlyList<BinSums> PerClass)> methods)
    {
        if (methods.Count == 0)
            throw new ArgumentException("Class-wise reliability needs at least one network.", nameof(methods));
        foreach (var (name, perClass) in methods)
        {
            var who = name.Length == 0 ? "The network" : $"'{name}'";
            if (perClass.Count != classNames.Count)
                throw new ArgumentException(
                    $"{who} has sums of {perClass.Count} classes, but there are {classNames.Count} names: {string.Join(", ", classNames)}.",
                    nameof(classNames));
            for (var k = 0; k < perClass.Count; k++)
                if (perClass[k].Total == 0)
                    throw new ArgumentException(
                        $"{who} has no pixel in any bin of class '{classNames[k]}': there is nothing to draw. Was the region empty?",
                        nameof(methods));
        }
    }

    private static string Describe(string name, IReadOnlyList<string> classNames, IReadOnlyList<BinSums> perClass) =>
        (name.Length > 0 ? $"{name} " : "") + string.Join(", ", classNames.Select((title, k) =>
            string.Create(CultureInfo.InvariantCulture, $"{title} calibration error {CalibrationErrors.Expected(perClass[k]):0.0000}")));
}
