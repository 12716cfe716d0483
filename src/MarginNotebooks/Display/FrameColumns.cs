using System.Globalization;
using Deedle;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Display;

/// <summary>Turns rows of plain values into the typed columns of a Deedle frame.</summary>
internal static class FrameColumns
{
    /// <summary>Suffixes of the columns that hold the ends of an interval.</summary>
    public const string LowerSuffix = " lower", UpperSuffix = " upper";

    /// <summary>A frame of the rows, numbered from 0, and the columns that were given as intervals.</summary>
    public static (Frame<int, string> Frame, List<string> Intervals) Build(IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        var built = new FrameBuilder.Columns<int, string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var intervals = new List<string>();
        for (var c = 0; c < columns.Count; c++)
        {
            object?[] cells = [.. rows.Select(row => row[c])];
            if (cells.Any(cell => IntervalOf(cell) is not null))
            {
                Add(columns[c], Numbers(cells, columns[c], interval => interval.Value));
                Add(columns[c] + LowerSuffix, Numbers(cells, columns[c], interval => interval.Lower));
                Add(columns[c] + UpperSuffix, Numbers(cells, columns[c], interval => interval.Upper));
                intervals.Add(columns[c]);
            }
            else
            {
                Add(columns[c], Column(cells));
            }
        }

        return (built.Frame, intervals);

        void Add(string name, ISeries<int> series)
        {
            if (!names.Add(name))
                throw new ArgumentException($"Two columns have the name '{name}'; every column needs its own.", nameof(columns));
            built.Add(name, series);
        }
    }

    /// <summary>Whether values of the type are numbers that can be formatted and compared.</summary>
    public static bool IsNumber(Type type) =>
        Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is >= TypeCode.SByte and <= TypeCode.Decimal && !type.IsEnum;

    private static ISeries<int> Column(object?[] cells)
    {
        var present = cells.Where(cell => cell is not null).Cast<object>().ToArray();
        if (present.Length > 0 && present.All(cell => IsNumber(cell.GetType())))
        {
            if (present.Length == cells.Length && present.All(cell => cell is int))
                return Series(cells.Cast<int>());
            if (present.Length == cells.Length && present.All(cell => cell is int or long or short or byte or sbyte or ushort or uint))
                return Series(cells.Select(cell => Convert.ToInt64(cell, CultureInfo.InvariantCulture)));
            return Series(cells.Select(cell => cell is null ? double.NaN : Number(cell)));
        }

        if (present.Length == cells.Length && present.All(cell => cell is bool))
            return Series(cells.Cast<bool>());
        if (present.All(cell => cell is string))
            return Series(cells.Cast<string?>());
        return Series(cells.Select(cell => cell is Enum ? cell.ToString() : cell));
    }

    private static ISeries<int> Numbers(object?[] cells, string column, Func<IntervalCell, double> part) =>
        Series(cells.Select(cell => cell switch
    {
        null => double.NaN,
        _ when IntervalOf(cell) is { } interval => part(interval),
        _ => throw new ArgumentException($"Column '{column}' holds intervals, but also {cell.GetType().Name} '{cell}'.", nameof(cells)),
    }));

    private static IntervalCell? IntervalOf(object? cell) => cell switch
    {
        IntervalCell interval => interval,
        ScoreEstimate estimate => new IntervalCell(estimate.Mean, estimate.Lower, estimate.Upper),
        _ => null,
    };

    /// <summary>A float keeps the digits it is written with: 0.1f becomes 0.1, not 0.10000000149.</summary>
    private static double Number(object cell) => cell is float single
        ? double.Parse(single.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : Convert.ToDouble(cell, CultureInfo.InvariantCulture);

    private static Series<int, T> Series<T>(IEnumerable<T> values)
    {
        var all = values.ToArray();
        return new Series<int, T>(Enumerable.Range(0, all.Length), all);
    }
}
