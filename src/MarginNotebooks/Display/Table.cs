using System.Collections.Immutable;
using System.ComponentModel;
using System.Reflection;
using Deedle;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Display;

/// <summary>
/// A table of results: a Deedle frame with a caption and column styles, written as HTML, Markdown, LaTeX, CSV or aligned text.
/// </summary>
/// <remarks>
/// Styles never change the numbers: <see cref="Frame"/> and CSV keep all digits. A value that is missing or NaN is shown as "–", with
/// a note below. Tables are immutable; each <c>With…</c> or style method returns a new one.
/// </remarks>
/// <example>
/// <code>
/// Table.FromRows(["Method", "DSC", "ECE"], [["CE", 0.862, 0.050], ["MbLS", 0.861, 0.031]])
///     .RowHeader("Method").HigherIsBetter("DSC").LowerIsBetter("ECE").Decimals(3, "DSC", "ECE")
/// </code>
/// </example>
[TypeFormatterSource(typeof(RichOutputFormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed class Table : IRichOutput
{
    private readonly ImmutableDictionary<string, ColumnStyle> _styles;

    /// <summary>Shows a Deedle frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="caption">Text above the table; null for none.</param>
    public Table(Frame<int, string> frame, string? caption = null)
        : this(frame, caption, ImmutableDictionary.Create<string, ColumnStyle>(StringComparer.Ordinal))
    {
    }

    private Table(Frame<int, string> frame, string? caption, ImmutableDictionary<string, ColumnStyle> styles) =>
        (Frame, Caption, _styles) = (frame, caption, styles);

    /// <summary>The numbers, as a Deedle frame.</summary>
    public Frame<int, string> Frame { get; }

    /// <summary>Text above the table; null when there is none.</summary>
    public string? Caption { get; }

    /// <summary>A table from rows of values.</summary>
    /// <param name="columns">Column names.</param>
    /// <param name="rows">
    /// Values in the columns' order; null is a missing value. <see cref="IntervalCell"/> and <see cref="Metrics.ScoreEstimate"/> values
    /// become three numeric columns (<c>NAME</c>, <c>NAME lower</c>, <c>NAME upper</c>), shown as one.
    /// </param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentException">A row has another number of values than there are columns, or a name occurs twice.</exception>
    public static Table FromRows(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var all = rows.ToArray();
        for (var r = 0; r < all.Length; r++)
            if (all[r].Count != columns.Count)
                throw new ArgumentException(
                    $"Row {r} has {all[r].Count} values, but there are {columns.Count} columns: {string.Join(", ", columns)}.", nameof(rows));
        var (frame, intervals) = FrameColumns.Build(columns, all);
        return intervals.Aggregate(new Table(frame), (table, name) =>
            table.Interval(name, name + FrameColumns.LowerSuffix, name + FrameColumns.UpperSuffix));
    }

    /// <summary>A table with a row for each record and a column for each public property, in the order of declaration.</summary>
    /// <typeparam name="T">Type of the records; <see cref="DisplayNameAttribute"/> on a property renames its column.</typeparam>
    /// <param name="records">The records.</param>
    /// <returns>The table.</returns>
    public static Table FromRecords<T>(IEnumerable<T> records)
    {
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0).OrderBy(property => property.MetadataToken)
                .ToArray();
        if (properties.Length == 0)
            throw new ArgumentException(
                $"{typeof(T).Name} has no public property to make a column of; use {nameof(FromRows)} for plain values.", nameof(records));
        string[] columns = [.. properties.Select(property =>
            property.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName ?? property.Name)];
        return FromRows(columns, records.Select(record => (object?[])[.. properties.Select(property => property.GetValue(record))]));
    }

    /// <summary>Sets the text above the table.</summary>
    /// <param name="caption">The text; null for none.</param>
    /// <returns>A table with it.</returns>
    public Table WithCaption(string? caption) => new(Frame, caption, _styles);

    /// <summary>Sets the heading shown for a column; the frame and CSV keep the name.</summary>
    /// <param name="column">The column.</param>
    /// <param name="heading">What is shown.</param>
    /// <returns>A table with it.</returns>
    public Table Heading(string column, string heading) => Style([column], style => style with { Heading = heading });

    /// <summary>Sets the number of decimals shown.</summary>
    /// <param name="decimals">From 0 to 15.</param>
    /// <param name="columns">The columns.</param>
    /// <returns>A table with it.</returns>
    public Table Decimals(int decimals, params string[] columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 15);
        return Style(columns, style => style with { Decimals = decimals });
    }

    /// <summary>Shows fractions as percentages; the heading says so.</summary>
    /// <param name="columns">The columns.</param>
    /// <returns>A table with it.</returns>
    public Table Percent(params string[] columns) => Style(columns, style => style with { Percent = true });

    /// <summary>Shows p-values with four decimals, and those below as <c>&lt;0.0001</c>: no test gives exactly 0.</summary>
    /// <param name="columns">The columns.</param>
    /// <returns>A table with it.</returns>
    public Table PValues(params string[] columns) => Style(columns, style => style with { PValue = true, Decimals = 4 });

    /// <summary>Marks columns whose cells name their row.</summary>
    /// <param name="columns">The columns.</param>
    /// <returns>A table with it.</returns>
    public Table RowHeader(params string[] columns) => Style(columns, style => style with { RowHeader = true });

    /// <summary>Prints the lowest value in bold, with all that read the same, and adds ↓ to the heading.</summary>
    /// <param name="columns">The columns.</param>
    /// <returns>A table with it.</returns>
    public Table LowerIsBetter(params string[] columns) => Style(columns, style => style with { Better = Better.Lower });

    /// <summary>Prints the highest value in bold, with all that read the same, and adds ↑ to the heading.</summary>
    /// <param name="columns">The columns.</param>
    /// <returns>A table with it.</returns>
    public Table HigherIsBetter(params string[] columns) => Style(columns, style => style with { Better = Better.Higher });

    /// <summary>Shows three numeric columns as one: <c>value [lower, upper]</c>.</summary>
    /// <param name="column">Column of the values.</param>
    /// <param name="lower">Column of the lower ends; no longer shown by itself.</param>
    /// <param name="upper">Column of the upper ends; no longer shown by itself.</param>
    /// <returns>A table with it.</returns>
    public Table Interval(string column, string lower, string upper)
    {
        Require([lower, upper]);
        return Style([column], style => style with { Interval = (lower, upper) });
    }

    /// <summary>The table as an HTML fragment; all text is escaped, colours follow the page.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => TableHtml.Write(View());

    /// <summary>The table in GitHub's Markdown.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown() => TableMarkdown.Write(View());

    /// <summary>The table for LaTeX with the package <c>booktabs</c>.</summary>
    /// <param name="label">Label for <c>\ref</c>; null for none.</param>
    /// <returns>A <c>table</c> environment.</returns>
    public string ToLatex(string? label = null) => TableLatex.Write(View(), label);

    /// <summary>All columns and all digits as RFC 4180 CSV, in the invariant culture; missing values are empty.</summary>
    /// <returns>CSV with CRLF line ends.</returns>
    public string ToCsv() => TableCsv.Write(Frame);

    /// <summary>Aligned plain text; the best values carry a star.</summary>
    /// <returns>Text.</returns>
    public override string ToString() => TableText.Write(View());

    /// <summary>HTML, Markdown and aligned text.</summary>
    /// <returns>Representations by MIME type, richest first.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> ToMimeBundle() =>
        [new("text/html", ToHtml()), new("text/markdown", ToMarkdown()), new("text/plain", ToString())];

    /// <summary>Writes the table, whole or not at all, in the form that the file's extension names.</summary>
    /// <param name="path">A file ending in .html, .md, .tex, .csv or .txt.</param>
    /// <exception cref="ArgumentException">The extension is another one.</exception>
    public void Save(string path) => WholeFile.WriteText(path, Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".html" => FigureHtml.Page(Caption ?? "Table", ToHtml()),
        ".md" => ToMarkdown(),
        ".tex" => ToLatex(),
        ".csv" => ToCsv(),
        ".txt" => ToString() + "\n",
        _ => throw new ArgumentException($"'{path}': a table is saved as .html, .md, .tex, .csv or .txt.", nameof(path)),
    });

    private TableView View() => TableView.Of(Frame, Caption, _styles);

    private Table Style(string[] columns, Func<ColumnStyle, ColumnStyle> change)
    {
        Require(columns);
        return new(Frame, Caption, columns.Aggregate(_styles, (styles, column) =>
            styles.SetItem(column, change(styles.GetValueOrDefault(column, ColumnStyle.Default)))));
    }

    private void Require(IEnumerable<string> columns)
    {
        foreach (var column in columns)
            if (!Frame.ColumnKeys.Contains(column))
                throw new ArgumentException($"There is no column '{column}'; the columns are: {string.Join(", ", Frame.ColumnKeys)}.",
                    nameof(columns));
    }
}
