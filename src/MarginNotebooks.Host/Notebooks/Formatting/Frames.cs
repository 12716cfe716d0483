using System.Reflection;
using Deedle;
using MarginNotebooks.Display;

namespace MarginNotebooks.Host.Notebooks.Formatting;

/// <summary>Shows Deedle frames, and series, that were not wrapped in the kit's own table.</summary>
public static class Frames
{
    private const int MaxRows = 100;

    /// <summary>Shows a frame or a series.</summary>
    /// <param name="value">Any value.</param>
    /// <returns>The bundle; null when the value is neither.</returns>
    public static MimeBundle? TryFormat(object value) => value switch
    {
        Frame<int, string> { RowCount: <= MaxRows } plain => new MimeBundle(new Table(plain).ToMimeBundle()),
        IFrame frame => frame.Apply(new ToGrid()).ToMimeBundle(),
        _ when IsSeries(value.GetType()) => ((Grid)s_seriesGrid.MakeGenericMethod(value.GetType().GetGenericArguments()).Invoke(null, [value])!)
            .ToMimeBundle(),
        _ => null,
    };

    private static readonly MethodInfo s_seriesGrid = typeof(Frames).GetMethod(nameof(SeriesGrid), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static bool IsSeries(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Series<,>);

    private static Grid SeriesGrid<TKey, TValue>(Series<TKey, TValue> series)
    {
        var rows = series.Keys.Take(MaxRows).Select(key => (IReadOnlyList<object?>)
            [Scalars.Exact(key), series.TryGet(key) is { HasValue: true } found ? found.Value : null]);
        return new Grid(["", "Value"], [.. rows], series.KeyCount <= MaxRows ? null : $"first {MaxRows} of {series.KeyCount} values");
    }

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
