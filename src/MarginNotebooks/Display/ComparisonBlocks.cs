using static MarginNotebooks.Display.PlotlySpec;

namespace MarginNotebooks.Display;

/// <summary>Places blocks of three pictures, two blocks in a row, each with a heading above it and a line below every picture.</summary>
internal sealed class ComparisonBlocks
{
    private const int PictureWidth = 132; // in a chart of the usual width
    private const int Heading = 26;
    private const int Caption = 20;
    private const int RowGap = 14;
    private const double BlockGap = 0.03;
    private const double PictureGap = 0.008;
    private const double Width = ((1 - BlockGap) / 2 - (2 * PictureGap)) / 3;
    private readonly int _pictureHeight;

    /// <summary>Room for blocks.</summary>
    /// <param name="blocks">Their number.</param>
    /// <param name="aspect">Height of the tallest picture, in widths.</param>
    public ComparisonBlocks(int blocks, double aspect)
    {
        _pictureHeight = Math.Clamp((int)Math.Round(PictureWidth * aspect), 60, 400);
        PlotHeight = ((blocks + 1) / 2 * (Heading + _pictureHeight + Caption + RowGap)) - RowGap;
    }

    /// <summary>Height of all blocks, in pixels.</summary>
    public int PlotHeight { get; }

    /// <summary>One block, as the layout's members <c>images</c> and <c>annotations</c> take it; a null picture leaves its place empty.</summary>
    public (IEnumerable<object> Pictures, IEnumerable<object> Texts) Block(int index, string heading, params (string Source, string Caption)[] pictures)
    {
        var left = index % 2 * ((1 + BlockGap) / 2);
        var top = index / 2 * (Heading + _pictureHeight + Caption + RowGap);
        return (
            pictures.Select((picture, i) => (object)Node(
                ("source", picture.Source), ("xref", "paper"), ("yref", "paper"), ("x", X(i)), ("y", Y(top + Heading)), ("sizex", Round(Width)),
                ("sizey", Round((double)_pictureHeight / PlotHeight)), ("xanchor", "left"), ("yanchor", "top"), ("sizing", "contain"))),
            [
                ChartStyle.Text(heading, Round(left + ((1 - BlockGap) / 4)), Y(top + Heading)),
                .. pictures.Select((picture, i) => (object)ChartStyle.Text(
                    picture.Caption, X(i) + (Width / 2), Y(top + Heading + _pictureHeight), yAnchor: "top", size: 11)),
            ]);

        double X(int picture) => Round(left + (picture * (Width + PictureGap)));
        double Y(int pixels) => Round(1 - ((double)pixels / PlotHeight));
    }

    private static double Round(double value) => Math.Round(value, 5);
}
