using Deedle;
using MarginNotebooks.Display;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows Deedle frames that were not wrapped in the kit's own table.</summary>
public static class Frames
{
    private const int MaxRows = 100;

    /// <summary>Shows a frame.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The bundle; null when the value is no frame.</returns>
    public static MimeBundle? TryFormat(object value) => value switch
    {
        Frame<int, string> { RowCount: <= MaxRows } plain => new MimeBundle(new Table(plain).ToMimeBundle()),
        IFrame frame => frame.Apply(new ToGrid()).ToMimeBundle(),
        _ => null,
    };

    private sealed class ToGrid : IFrameOperation<Grid>
    {
        public Grid Invoke<TRow, TColumn>(Frame<TRow, TColumn> frame)
        {
            var columns = frame.ColumnKeys.Select(key => (Name: Scalars.Exact(key), Cells: frame.GetColumn<object>(key))).ToList();
            var rows = frame.RowKeys.Take(MaxRows).Select(row => (IReadOnlyList<object?>)
                [Scalars.Exact(row), .. columns.Select(column => column.Cells.TryGet(row) is { HasValue: true } cell ? cell.Value : null)]);
            var note = frame.RowCount <= MaxRows ? null : $"first {MaxRows} of {frame.RowCount} rows";
            return new Grid(["", .. columns.Select(column => column.Name)], [.. rows], note);
        }
    }
}
