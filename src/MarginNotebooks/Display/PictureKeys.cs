using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>What explains the colours of pictures in a chart: squares in the legend, and colour bars beside it.</summary>
/// <remarks>Pictures bring no traces of their own; these have no points, only their explanation.</remarks>
internal static class PictureKeys
{
    /// <summary>A square in the legend.</summary>
    public static Trace Key(string name, string colour, string symbol = "square", string? outline = null) => Trace("scatter",
        ("name", name), ("mode", "markers"), ("x", new double?[] { null }), ("y", new double?[] { null }),
        ("marker", Node(("symbol", symbol), ("size", 12), ("color", colour),
            ("line", outline is null ? null : Node(("color", outline), ("width", 2))))));

    /// <summary>A colour bar on the right; <paramref name="pixels"/> is its length, null for the height of the chart.</summary>
    public static Trace ColourBar(
        string title, double lowest, double highest, object[][] colours, double x = 1.012, string format = ".2f", int steps = 3,
        int? pixels = null) => Trace("scatter",
        ("name", title.ToLowerInvariant()), ("showlegend", false), ("mode", "markers"), ("x", new double?[] { null }),
        ("y", new double?[] { null }),
        ("marker", Node(
            ("color", new[] { lowest }), ("cmin", lowest), ("cmax", highest), ("colorscale", colours), ("showscale", true),
            ("colorbar", Node(
                ("title", Node(("text", title), ("side", "right"))), ("thickness", 14), ("x", x), ("xanchor", "left"),
                ("len", pixels ?? 1), ("lenmode", pixels is null ? null : "pixels"), ("y", 0.5), ("ypad", 0), ("tickformat", format),
                ("tickvals", Enumerable.Range(0, steps + 1).Select(i => i == steps ? highest : lowest + ((highest - lowest) * i / steps)).ToArray()),
                ("outlinewidth", 0))))));
}
