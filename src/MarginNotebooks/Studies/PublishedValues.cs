using System.Globalization;
using Deedle;
using MarginNotebooks.Losses;

namespace MarginNotebooks.Studies;

/// <summary>A figure that somebody published, and where.</summary>
/// <param name="Experiment">Name of the study it belongs to, for example <c>main</c>.</param>
/// <param name="Dataset">Key of the data set.</param>
/// <param name="Method">Key of the method.</param>
/// <param name="Score">Name of the score, for example <c>dsc</c>; in the units of the kit's tables, so a Dice of 85.3 % is 0.853.</param>
/// <param name="Value">The figure.</param>
/// <param name="Source">Where it was read: publication, table, row.</param>
public sealed record PublishedValue(string Experiment, string Dataset, string Method, string Score, double Value, string Source);

/// <summary>Published figures that were transcribed by hand, from the files of a folder: what the kit's own are held against.</summary>
/// <remarks>
/// The kit comes with none: no table of the paper could be obtained while it was written. Every file is a CSV table with the columns
/// <c>experiment,dataset,method,score,value,source</c>; a row without a source is an error.
/// </remarks>
/// <param name="Values">The figures.</param>
public sealed record PublishedValues(IReadOnlyList<PublishedValue> Values)
{
    /// <summary>The header of a file.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["experiment", "dataset", "method", "score", "value", "source"];

    /// <summary>Reads every <c>*.csv</c> of a folder.</summary>
    /// <param name="folder">For example <c>notebooks/published</c>; it need not exist.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="InvalidDataException">A file has other columns, or a row has no source, no number or an unknown method; or a figure
    /// occurs twice.</exception>
    public static PublishedValues Read(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal)] : [];
        var read = files.SelectMany(ReadFile).ToList();
        foreach (var twice in read.GroupBy(item => item.Value with { Value = 0, Source = "" }).Where(group => group.Count() > 1))
            throw new InvalidDataException(
                $"{string.Join(" and ", twice.Select(item => item.Where))} both give {twice.Key.Score} of {twice.Key.Method} on {twice.Key.Dataset} in '{twice.Key.Experiment}': keep one.");
        return new PublishedValues([.. read.Select(item => item.Value)]);
    }

    /// <summary>A figure; null when nobody transcribed it.</summary>
    /// <param name="experiment">Name of the study.</param>
    /// <param name="dataset">Key of the data set.</param>
    /// <param name="method">Key of the method.</param>
    /// <param name="score">Name of the score.</param>
    /// <returns>The figure with its source.</returns>
    public PublishedValue? Find(string experiment, string dataset, string method, string score) => Values.FirstOrDefault(value =>
        value.Experiment == experiment && value.Dataset == dataset && value.Method == method && value.Score == score);

    private static IEnumerable<(PublishedValue Value, string Where)> ReadFile(string path)
    {
        if (new FileInfo(path).Length == 0)
            throw Wrong(path, 1, "the file is empty");
        using var stream = File.OpenRead(path);
        var frame = Frame.ReadCsv(stream, hasHeaders: true, inferTypes: false);
        string[] header = [.. frame.ColumnKeys];
        if (!header.SequenceEqual(Columns))
            throw Wrong(path, 1, $"the columns are {string.Join(",", header)}");
        var line = 1;
        foreach (var row in frame.Rows.Values)
        {
            line++;
            string[] cells = [.. Columns.Select(column => row.TryGet(column) is { HasValue: true, Value: string text } ? text.Trim() : "")];
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i].Length == 0)
                    throw Wrong(path, line, $"'{Columns[i]}' is empty");
            }
            if (!double.TryParse(cells[4], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
                throw Wrong(path, line, $"'{cells[4]}' is not a number");
            try
            {
                MethodCatalog.Get(cells[2]);
            }
            catch (ArgumentException error)
            {
                throw new InvalidDataException($"'{path}', line {line}: {error.Message}", error);
            }
            yield return (new PublishedValue(cells[0], cells[1], cells[2], cells[3], value, cells[5]), $"'{path}', line {line},");
        }
    }

    private static InvalidDataException Wrong(string path, int line, string what) => new(
        $"'{path}', line {line}: {what}; the file needs the columns {string.Join(",", Columns)}, and every figure its source.");
}
