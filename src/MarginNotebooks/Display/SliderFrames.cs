using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>A slider inside a chart: each of its positions shows the same traces with other values, and other texts.</summary>
/// <remarks>All values travel in the figure (plotly's method <c>update</c>), so that it works without a kernel.</remarks>
internal static class SliderFrames
{
    // What a position may change of a trace; its look stays.
    private static readonly string[] Values = ["x", "y", "base", "hovertext"];

    /// <summary>One position.</summary>
    /// <param name="Label">Text below the slider's tick.</param>
    /// <param name="Traces">The traces, in the same order and number in all frames.</param>
    /// <param name="Texts">All annotations of the chart.</param>
    public sealed record Frame(string Label, IReadOnlyList<Trace> Traces, IReadOnlyList<object> Texts);

    /// <summary>The slider's node of the layout.</summary>
    /// <param name="frames">Its positions.</param>
    /// <param name="active">Which of them the chart starts with.</param>
    /// <param name="prefix">What stands before the label of the current position.</param>
    /// <param name="y">Bottom of the slider in fractions of the plotting area.</param>
    /// <returns>The node.</returns>
    public static DynamicObj.DynamicObj Slider(IReadOnlyList<Frame> frames, int active, string prefix, double y) => Node(
        ("active", active), ("x", 0), ("len", 1), ("xanchor", "left"), ("y", Math.Round(y, 4)), ("yanchor", "bottom"), ("pad", Node(("t", 0))),
        ("currentvalue", Node(("prefix", prefix), ("xanchor", "left"), ("font", Node(("size", 16), ("color", Palette.Ink))))),
        ("activebgcolor", Palette.Blue),
        ("steps", frames.Select(frame => (object)Node(
            ("label", frame.Label), ("method", "update"), ("args", new object[]
            {
                Changes(frame.Traces),
                Node(("annotations", frame.Texts.ToArray())),
                Enumerable.Range(0, frame.Traces.Count).ToArray(),
            }))).ToArray()));

    private static DynamicObj.DynamicObj Changes(IReadOnlyList<Trace> traces)
    {
        var changes = Node();
        foreach (var name in Values)
        {
            var values = traces.Select(trace => trace.TryGetPropertyValue(name)?.Value).ToArray();
            if (values.Any(value => value is not null))
                changes.SetProperty(name, values);
        }
        return changes;
    }
}
