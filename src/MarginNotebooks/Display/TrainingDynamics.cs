using System.Globalization;
using MarginNotebooks.Reference;
using MarginNotebooks.Training;
using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>How accuracy and calibration change as training goes on: four scores of the validation slices by epoch.</summary>
/// <remarks>
/// <para>
/// DSC is the mean over the foreground classes, from areas pooled over all validation slices. ECE (15 equal-width bins), NLL (in nats) and the
/// mean largest logit distance <c>max_j l_j − min_k l_k</c> are of the pixels whose true label is not background. A star marks the epoch whose
/// weights were kept: the one with the best validation mean IoU.
/// </para>
/// <para>One line a run; a click on its name in the legend takes it out of all four panels. An epoch without scores is a gap.</para>
/// </remarks>
[Reference(ReferenceKind.Chart, "training-dynamics", "Training dynamics",
    Formula = "DSC, ECE, NLL and mean max_j l_j − min_k l_k of the validation slices, by epoch",
    Source = "after the experiments of Murugesan et al., Medical Image Analysis 87, 2023", Test = "TrainingDynamicsTests",
    Note = "ECE, NLL and distances are of the pixels whose true label is not background. The epoch whose weights are kept is marked.")]
public static class TrainingDynamics
{
    private const double GapX = 0.1;
    private const int PanelHeight = 250;
    private const int PanelGap = 64;
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];

    private static readonly (string Heading, string Axis, string Hover, Func<ValidationScores, double> Of)[] Panels =
    [
        ("DSC", "DSC", "DSC %{y:.3f}", scores => scores.Dice),
        ("Expected calibration error", "ECE", "ECE %{y:.4f}", scores => scores.Ece),
        ("Negative log-likelihood", "NLL (nats)", "NLL %{y:.3f}", scores => scores.Nll),
        ("Mean largest logit distance", "max l − min l", "distance %{y:.2f}", scores => scores.LogitDistance),
    ];

    /// <summary>Draws the four panels.</summary>
    /// <param name="runs">Name, epoch log and zero-based kept epoch of each run.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="subtitle">More about the runs; null for none.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no run, one of them has no such scores, or its kept epoch is not in its log.</exception>
    public static Figure Draw(
        IReadOnlyList<(string Name, IReadOnlyList<EpochRecord> Log, int KeptEpoch)> runs, string title = "Training dynamics",
        string? subtitle = null)
    {
        if (runs.Count == 0)
            throw new ArgumentException("Training dynamics need at least one run.", nameof(runs));
        foreach (var (name, log, kept) in runs)
        {
            if (!log.Any(epoch => epoch.Validation is not null))
                throw new ArgumentException(
                    $"The epoch log of '{name}' has no validation scores beyond mean IoU: it is from before they were kept. Train the run again.",
                    nameof(runs));
            if (log.All(epoch => epoch.Epoch != kept))
                throw new ArgumentException($"Epoch {kept + 1}, which '{name}' is said to have kept, is not in its log.", nameof(runs));
        }

        var plotHeight = (2 * PanelHeight) + PanelGap;
        var grid = new PanelGrid(Panels.Length, 2, GapX, (double)PanelGap / plotHeight);
        var layout = ChartStyle.Layout(title, subtitle, plotHeight, panelHeadings: true);
        var longest = runs.Max(run => run.Log.Max(epoch => epoch.Epoch)) + 1;
        var (traces, headings) = (new List<Trace>(), new List<object>());
        for (var p = 0; p < Panels.Length; p++)
        {
            AddAxes(layout, grid, p, longest);
            headings.Add(ChartStyle.Text($"<b>{Panels[p].Heading}</b>", grid.X(p).Average(), grid.Y(p)[1]));
            for (var r = 0; r < runs.Count; r++)
                AddRun(traces, runs[r], r, p);
        }

        traces.Add(Trace("scatter",
            ("name", "kept epoch"), ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
            ("marker", Star(Palette.Ink))));
        Fill(layout, ("annotations", headings.ToArray()));
        return new Figure(Chart(traces, layout), title, "DSC, ECE, NLL and mean largest logit distance of the validation slices by epoch: "
            + string.Join("; ", runs.Select(Describe)) + ".");
    }

    private static void AddRun(List<Trace> traces, (string Name, IReadOnlyList<EpochRecord> Log, int KeptEpoch) run, int index, int panel)
    {
        var (colour, group, label) = (Palette.Series(index), $"run{index}", Escape(run.Name));
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        traces.Add(Trace("scatter",
            ("name", label), ("legendgroup", group), ("showlegend", panel == 0), ("mode", run.Log.Count < 2 ? "markers" : "lines"),
            ("x", run.Log.Select(epoch => epoch.Epoch + 1).ToArray()), ("y", run.Log.Select(epoch => Value(epoch, panel)).ToArray()),
            ("xaxis", x), ("yaxis", y), ("connectgaps", false),
            ("line", Node(("color", colour), ("width", 2.2), ("dash", Dashes[index / 8 % Dashes.Length]))), // after eight runs the colours repeat
            ("marker", Node(("color", colour))), ("hovertemplate", $"epoch %{{x}}, {Panels[panel].Hover}<extra>%{{fullData.name}}</extra>")));
        var kept = run.Log.First(epoch => epoch.Epoch == run.KeptEpoch);
        if (!double.IsNaN(Value(kept, panel)))
            traces.Add(Trace("scatter",
                ("name", $"{label}, kept"), ("legendgroup", group), ("showlegend", false), ("mode", "markers"), ("xaxis", x), ("yaxis", y),
                ("x", new[] { kept.Epoch + 1 }), ("y", new[] { Value(kept, panel) }), ("marker", Star(colour)),
                ("hovertemplate", $"kept: epoch %{{x}}, {Panels[panel].Hover}<extra>{label}</extra>")));
    }

    private static DynamicObj.DynamicObj Star(string colour) =>
        Node(("symbol", "star"), ("size", 13), ("color", colour), ("line", Node(("color", "#FFFFFF"), ("width", 1))));

    private static double Value(EpochRecord epoch, int panel) => epoch.Validation is { } scores ? Panels[panel].Of(scores) : double.NaN;

    private static void AddAxes(Layout layout, PanelGrid grid, int panel, int longest)
    {
        var margin = 0.03 * (longest - 1);
        Fill(layout,
            (ChartStyle.AxisMember('x', panel), ChartStyle.Axis(grid.IsBottom(panel) ? "Epoch" : null, grid.X(panel),
                ChartStyle.AxisId('y', panel), ("range", longest == 1 ? new[] { 0.5, 1.5 } : [1 - margin, longest + margin]),
                ("tickformat", "d"), ("dtick", longest <= 12 ? 1 : null))),
            (ChartStyle.AxisMember('y', panel), ChartStyle.Axis(Panels[panel].Axis, grid.Y(panel), ChartStyle.AxisId('x', panel),
                ("rangemode", "normal"))));
    }

    private static string Describe((string Name, IReadOnlyList<EpochRecord> Log, int KeptEpoch) run)
    {
        var scored = run.Log.Where(epoch => epoch.Validation is not null).ToList();
        var (first, last) = (scored[0].Validation!, scored[^1].Validation!);
        return string.Create(CultureInfo.InvariantCulture, $"{run.Name} DSC {first.Dice:0.000} to {last.Dice:0.000}, ")
            + string.Create(CultureInfo.InvariantCulture, $"ECE {first.Ece:0.000} to {last.Ece:0.000}, ")
            + string.Create(CultureInfo.InvariantCulture, $"logit distance {first.LogitDistance:0.0} to {last.LogitDistance:0.0}, kept epoch {run.KeptEpoch + 1}");
    }
}
