namespace MarginNotebooks.Display;

/// <summary>Places equal panels in rows and columns, in fractions of the plotting area.</summary>
/// <param name="panels">Number of panels.</param>
/// <param name="maxColumns">Most panels in a row.</param>
/// <param name="gapX">Width between panels.</param>
/// <param name="gapY">Height between rows.</param>
internal readonly struct PanelGrid(int panels, int maxColumns, double gapX, double gapY)
{
    /// <summary>Panels in a row: as even as the rows allow (five panels make 3 + 2, not 4 + 1).</summary>
    public int Columns { get; } = (panels + Rows0(panels, maxColumns) - 1) / Rows0(panels, maxColumns);

    /// <summary>Rows.</summary>
    public int Rows { get; } = Rows0(panels, maxColumns);

    /// <summary>Whether the panel is the first of its row: only it carries the y axis's title.</summary>
    public bool IsLeft(int panel) => panel % Columns == 0;

    /// <summary>Whether no panel is below: only then it carries the x axis's title.</summary>
    public bool IsBottom(int panel) => panel + Columns >= panels;

    /// <summary>Left and right end.</summary>
    public double[] X(int panel)
    {
        var width = (1 - (gapX * (Columns - 1))) / Columns;
        var left = panel % Columns * (width + gapX);
        return [Math.Round(left, 5), Math.Round(Math.Min(1, left + width), 5)];
    }

    /// <summary>Lower and upper end; panel 0 is in the top row.</summary>
    public double[] Y(int panel)
    {
        var height = (1 - (gapY * (Rows - 1))) / Rows;
        var top = 1 - (panel / Columns * (height + gapY));
        return [Math.Round(Math.Max(0, top - height), 5), Math.Round(top, 5)];
    }

    private static int Rows0(int panels, int maxColumns) => (panels + maxColumns - 1) / maxColumns;
}
