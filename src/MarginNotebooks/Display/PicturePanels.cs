using Plotly.NET;
using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Places pictures of one slice in rows and columns of a chart: a row for each method, a column for each kind of picture.</summary>
internal sealed class PicturePanels
{
    private const int PicturePixels = 960; // usual width of the whole chart
    private const int Left = 44;
    private const int RowGap = 8;
    private const double GapX = 0.012;
    private readonly int _height;
    private readonly int _width;
    private readonly string[] _columns;
    private readonly PanelGrid _grid;
    private readonly List<object> _pictures = [];
    private readonly List<object> _texts = [];

    public PicturePanels(string title, string? subtitle, int rows, string[] columns, int height, int width, int right)
    {
        (_height, _width, _columns) = (height, width, columns);
        var panelPixels = (PicturePixels - Left - right) * (1 - (GapX * (columns.Length - 1))) / columns.Length;
        var rowPixels = Math.Clamp((int)Math.Round(panelPixels * height / width), 60, 480);
        var plotHeight = (rows * (rowPixels + RowGap)) - RowGap;
        Layout = ChartStyle.Layout(title, subtitle, plotHeight, panelHeadings: true, left: Left, right: right, axisTitle: false);
        _grid = new PanelGrid(rows * columns.Length, columns.Length, GapX, (double)RowGap / plotHeight);
    }

    public Layout Layout { get; }

    public List<Trace> Traces { get; } = [];

    /// <summary>Adds a row of pictures with its heading.</summary>
    public void AddRow(int row, string name, string[] sources)
    {
        for (var c = 0; c < _columns.Length; c++)
            AddPicture((row * _columns.Length) + c, sources[c]);
        var y = _grid.Y(row * _columns.Length);
        _texts.Add(Fill(ChartStyle.Text($"<b>{Escape(name)}</b>", -0.008, (y[0] + y[1]) / 2, "right", "middle"), ("textangle", -90)));
    }

    /// <summary>A square in the legend.</summary>
    public void AddKey(string name, string colour, string symbol = "square", string? outline = null) =>
        Traces.Add(PictureKeys.Key(name, colour, symbol, outline));

    /// <summary>A colour bar on the right.</summary>
    public void AddColourBar(
        string title, double lowest, double highest, object[][] colours, double x = 1.012, string format = ".2f", int steps = 3) =>
        Traces.Add(PictureKeys.ColourBar(title, lowest, highest, colours, x, format, steps));

    /// <summary>The figure.</summary>
    public Figure Finish(string title, string altText)
    {
        for (var c = 0; c < _columns.Length; c++)
            _texts.Add(ChartStyle.Text(_columns[c], _grid.X(c).Average(), 1));
        Fill(Layout, ("images", _pictures.ToArray()), ("annotations", _texts.ToArray()));
        return new Figure(Chart(Traces, Layout), title, altText);
    }

    private void AddPicture(int panel, string source)
    {
        var (x, y) = (ChartStyle.AxisId('x', panel), ChartStyle.AxisId('y', panel));
        Fill(Layout,
            (ChartStyle.AxisMember('x', panel), Node(
                ("domain", _grid.X(panel)), ("anchor", y), ("range", new[] { 0, _width }), ("constrain", "domain"), ("visible", false),
                ("fixedrange", false))),
            (ChartStyle.AxisMember('y', panel), Node(
                ("domain", _grid.Y(panel)), ("anchor", x), ("range", new[] { _height, 0 }), ("constrain", "domain"), ("scaleanchor", x),
                ("visible", false))));
        _pictures.Add(Node(
            ("source", source), ("xref", x), ("yref", y), ("x", 0), ("y", 0), ("sizex", _width), ("sizey", _height), ("xanchor", "left"),
            ("yanchor", "top"), ("sizing", "stretch"), ("layer", "below")));
        // Plotly draws a panel only when some trace lives in it.
        Traces.Add(Trace("scatter",
            ("x", new[] { 0, _width }), ("y", new[] { 0, _height }), ("xaxis", x), ("yaxis", y), ("mode", "markers"), ("opacity", 0),
            ("hoverinfo", "skip"), ("showlegend", false)));
    }
}
