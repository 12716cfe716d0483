using System.Globalization;
using MarginNotebooks.Reference;
using MarginNotebooks.Training;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Loss and validation score of training runs by epoch.</summary>
[Reference(ReferenceKind.Chart, "training-curves", "Training curves",
    Formula = "training and validation loss, and validation mean IoU, by epoch",
    Source = "common practice", Test = "TrainingCurvesTests", Note = "The epoch whose weights are kept is marked.")]
public static class TrainingCurves
{
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];

    /// <summary>
    /// Two panels: the training loss (solid) with the validation loss (dotted), and the validation mean IoU with its best epoch marked.
    /// </summary>
    /// <param name="runs">Name and epoch log of each run. Losses of different methods are on different scales.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">More about the runs; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no run, or one of them has no epoch.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, IReadOnlyList<EpochRecord> Log)> runs, string title = "Training", string? subtitle = null)
    {
        if (runs.Count == 0)
            throw new ArgumentException("Training curves need at least one run.", nameof(runs));
        if (runs.FirstOrDefault(run => run.Log.Count == 0) is { Log: not null } empty)
            throw new ArgumentException($"Run '{empty.Name}' has no finished epoch: there is nothing to draw.", nameof(runs));

        var layout = ChartStyle.Layout(title, subtitle, 320, panelHeadings: true);
        var longest = runs.Max(run => run.Log.Max(epoch => epoch.Epoch)) + 1;
        AddAxes(layout, 0, [0, 0.46], "Loss", longest);
        AddAxes(layout, 1, [0.56, 1], "Foreground mean IoU", longest);
        Fill(layout, ("annotations", new object[]
        {
            ChartStyle.Text("<b>Loss</b>, training (solid) and validation (dotted)", 0.23, 1),
            ChartStyle.Text("<b>Validation score</b>, best epoch marked", 0.78, 1),
        }));
        var traces = new List<Trace>();
        for (var r = 0; r < runs.Count; r++)
            AddRun(traces, runs[r].Name, runs[r].Log, r);
        return new Figure(Chart(traces, layout), title, "Loss and validation mean IoU by epoch: "
            + string.Join("; ", runs.Select(Describe)) + ".");
    }

    private static void AddRun(List<Trace> traces, string name, IReadOnlyList<EpochRecord> log, int run)
    {
        var colour = Palette.Series(run);
        var group = $"run{run}";
        var dash = Dashes[run / 8 % Dashes.Length]; // after eight runs the colours repeat
        int[] epochs = [.. log.Select(epoch => epoch.Epoch + 1)];
        var label = Escape(name);
        var best = Best(log);
        traces.Add(Line($"{label}", "x", "y", epochs, [.. log.Select(epoch => epoch.TrainLoss)], colour, 2.2, dash, group, legend: true,
            "training loss %{y:.4f}"));
        traces.Add(Line($"{label}", "x", "y", epochs, [.. log.Select(epoch => epoch.ValidationLoss)], colour, 1.5, "dot", group,
            legend: false, "validation loss %{y:.4f}"));
        traces.Add(Line($"{label}", "x2", "y2", epochs, [.. log.Select(epoch => epoch.ValidationMeanIoU)], colour, 2.2, dash, group,
            legend: false, "mean IoU %{y:.4f}"));
        if (best is not null)
            traces.Add(Trace("scatter",
                ("name", label), ("legendgroup", group), ("showlegend", false), ("mode", "markers"), ("xaxis", "x2"), ("yaxis", "y2"),
                ("x", new[] { best.Epoch + 1 }), ("y", new[] { best.ValidationMeanIoU }),
                ("marker", Node(("symbol", "star"), ("size", 13), ("color", colour), ("line", Node(("color", "#FFFFFF"), ("width", 1))))),
                ("hovertemplate", "best: epoch %{x}, mean IoU %{y:.4f}<extra>%{fullData.name}</extra>")));
    }

    private static Trace Line(
        string name, string x, string y, int[] epochs, double[] values, string colour, double width, string dash, string group, bool legend,
            string hover) =>
        Trace("scatter",
            ("name", name), ("legendgroup", group), ("showlegend", legend), ("mode", epochs.Length < 2 ? "markers" : "lines"),
            ("x", epochs), ("y", values), ("xaxis", x), ("yaxis", y), ("line", Node(("color", colour), ("width", width), ("dash", dash))),
            ("marker", Node(("color", colour))), ("hovertemplate", $"epoch %{{x}}, {hover}<extra>%{{fullData.name}}</extra>"));

    private static void AddAxes(Layout layout, int panel, double[] domain, string title, int longest) => Fill(layout,
        (ChartStyle.AxisMember('x', panel), ChartStyle.Axis("Epoch", domain, ChartStyle.AxisId('y', panel),
            ("range", longest == 1 ? new[] { 0.5, 1.5 } : [1 - (0.03 * (longest - 1)), longest + (0.03 * (longest - 1))]),
                ("tickformat", "d"), ("dtick", longest <= 12 ? 1 : null))),
        (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(title, [0, 1], ChartStyle.AxisId('x', panel), ("rangemode", "normal"))));

    private static EpochRecord? Best(IReadOnlyList<EpochRecord> log) =>
        log.Where(epoch => !double.IsNaN(epoch.ValidationMeanIoU)).MaxBy(epoch => epoch.ValidationMeanIoU);

    private static string Describe((string Name, IReadOnlyList<EpochRecord> Log) run) => string.Create(CultureInfo.InvariantCulture,
        $"{run.Name} training loss {run.Log[0].TrainLoss:0.###} to {run.Log[^1].TrainLoss:0.###}")
        + (Best(run.Log) is { } best ? string.Create(CultureInfo.InvariantCulture,
            $", best mean IoU {best.ValidationMeanIoU:0.000} at epoch {best.Epoch + 1}") : "");
}
