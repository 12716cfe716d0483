using System.Globalization;
using MarginNotebooks.Data;
using MarginNotebooks.Data.Preparation;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;

namespace MarginNotebooks.Studies;

/// <summary>The tables of what data sets hold.</summary>
public static class DataTables
{
    /// <summary>Which data sets are on this machine, what they are, and how to prepare those that are not.</summary>
    /// <param name="sets">The data sets.</param>
    /// <returns>A row for each.</returns>
    public static Table Availability(IReadOnlyList<DatasetContents> sets) => Table.FromRows(
        ["Key", "Data set", "State", "Licence", "How to get it"],
        sets.Select(set => (IReadOnlyList<object?>)
        [
            set.Info.Key, set.Info.Name, set.Remark is { } remark ? remark.ToUpperInvariant() : $"{set.Cases.Count} cases", set.Info.Licence,
            set.Remark is null ? set.Info.Source
                : $"download from {set.Info.Source}, then: dotnet run data-scripts/prepare-{set.Info.Key}.cs -- DOWNLOAD",
        ])).RowHeader("Key").WithCaption(sets.Count(set => set.Cases.Count == 0) is > 0 and var missing
            ? $"{missing} of {sets.Count} data sets are NOT PREPARED on the machine that ran this: nothing below speaks of them"
            : $"All {sets.Count} data sets are there");

    /// <summary>Patients, cases, slices and sizes of each part.</summary>
    /// <param name="sets">The data sets; those without cases are left out.</param>
    /// <returns>A row for each data set and part.</returns>
    public static Table Sizes(IReadOnlyList<DatasetContents> sets) => Table.FromRows(
        ["Data set", "Part", "Patients", "Cases", "Slices", "Without foreground", "Slices a case", "Rows", "Columns", "Spacing in the slice", "Between slices"],
        from set in sets
        from part in SplitParts.All
        let cases = set.Cases.Where(item => item.Part == part).ToList()
        where set.Cases.Count > 0
        select (IReadOnlyList<object?>)
        [
            set.Info.Key, part.Folder(), (double)cases.Select(item => item.PatientId).Distinct().Count(), (double)cases.Count, (double)cases.Sum(item => item.Shape.Depth),
            cases.Count == 0 ? double.NaN : (double)cases.Sum(item => item.EmptySlices) / cases.Sum(item => item.Shape.Depth),
            Span(cases.Select(item => (double)item.Shape.Depth)), Span(cases.Select(item => (double)item.Shape.Height)), Span(cases.Select(item => (double)item.Shape.Width)),
            Span(cases.SelectMany(item => new[] { item.Spacing.Height, item.Spacing.Width })) + Unit(set), Span(cases.Select(item => item.Spacing.Depth)) + Unit(set),
        ]).RowHeader("Data set", "Part").Decimals(0, "Patients", "Cases", "Slices").Percent("Without foreground").Decimals(1, "Without foreground")
        .WithCaption("As prepared; from the smallest to the largest. 'No unit': the source files name no unit of length");

    /// <summary>How much of the data each class is, and how much of it lies on a boundary.</summary>
    /// <param name="sets">The data sets; those without cases are left out.</param>
    /// <returns>A row for each data set and class.</returns>
    public static Table Classes(IReadOnlyList<DatasetContents> sets) => Table.FromRows(
        ["Data set", "Class", "Voxels", "Of all voxels", "Of the foreground", "Slices with it", "Cases without it", "On the boundary", "Median volume", "Smallest", "Largest", "Unit"],
        from set in sets
        where set.Cases.Count > 0
        from k in Enumerable.Range(0, set.Info.ClassCount)
        let voxels = set.Cases.Sum(item => item.Voxels[k])
        let volumes = set.Cases.Select(item => Volume(set, item, k)).Order().ToArray()
        select (IReadOnlyList<object?>)
        [
            set.Info.Key, set.Info.ClassNames[k], (double)voxels, (double)voxels / set.Cases.Sum(item => item.Voxels.Sum()),
            k == 0 ? null : (double)voxels / set.Cases.Sum(item => item.Voxels.Skip(1).Sum()),
            (double)set.Cases.Sum(item => item.Slices[k]) / set.Cases.Sum(item => item.Shape.Depth), (double)set.Cases.Count(item => item.Voxels[k] == 0),
            voxels == 0 ? double.NaN : (double)set.Cases.Sum(item => item.Boundary[k]) / voxels,
            k == 0 ? null : Quantiles.OfSorted(volumes, 0.5), k == 0 ? null : volumes[0], k == 0 ? null : volumes[^1], k == 0 ? null : VolumeUnit(set).Split('(', ')')[1],
        ]).RowHeader("Data set", "Class").Decimals(0, "Voxels", "Cases without it").Percent("Of all voxels", "Of the foreground", "Slices with it", "On the boundary")
        .Decimals(2, "Of all voxels", "Median volume", "Smallest", "Largest").Decimals(1, "Of the foreground", "Slices with it", "On the boundary")
        .WithCaption("All cases, as prepared. On the boundary: one of the four neighbours in the slice has another label");

    /// <summary>How the strata of a split are spread over its parts.</summary>
    /// <param name="sets">The data sets; those without cases or without strata are left out.</param>
    /// <returns>A row for each data set and stratum, in patients.</returns>
    public static Table Strata(IReadOnlyList<DatasetContents> sets) => Table.FromRows(
        ["Data set", "Stratum", "Training", "Validation", "Test"],
        from set in sets
        from stratum in set.Cases.Where(item => item.Group is not null).GroupBy(item => item.Group!).OrderBy(one => one.Key, StringComparer.Ordinal)
        select (IReadOnlyList<object?>)
        [
            set.Info.Key, stratum.Key,
            .. SplitParts.All.Select(part => (object)(double)stratum.Where(item => item.Part == part).Select(item => item.PatientId).Distinct().Count()),
        ]).RowHeader("Data set", "Stratum").Decimals(0, "Training", "Validation", "Test").WithCaption("Patients by stratum and part"
            + (sets.Where(set => set.Cases.Count > 0 && set.Cases.All(item => item.Group is null)).Select(set => set.Info.Key).ToList() is { Count: > 0 } plain
                ? $"; without strata: {string.Join(", ", plain)}" : ""));

    /// <summary>What preparations skipped, prepared with a warning or left alone.</summary>
    /// <param name="sets">The data sets.</param>
    /// <returns>A row for each note, the gravest first.</returns>
    public static Table Preparation(IReadOnlyList<DatasetContents> sets)
    {
        var reports = sets.Where(set => set.Report is not null).Select(set => (set.Info.Key, Report: set.Report!)).ToList();
        return Notes([.. reports.SelectMany(one => one.Report.Notes.Select(note => (one.Key, note)))]).WithCaption(reports.Count == 0
            ? "None of these data sets was prepared from files on the machine that ran this"
            : string.Join("; ", reports.Select(one => $"{one.Key}: {one.Report.Prepared} cases prepared, {one.Report.Skipped} skipped")));
    }

    /// <summary>What one preparation skipped, prepared with a warning or left alone.</summary>
    /// <param name="report">Its report.</param>
    /// <returns>A row for each note, the gravest first.</returns>
    public static Table Preparation(PreparationReport report) =>
        Notes([.. report.Notes.Select(note => (report.Dataset, note))]).WithCaption($"{report.Dataset}: {report.Summary()}");

    /// <summary>Axis title with the unit of <see cref="Volume"/>.</summary>
    internal static string VolumeUnit(DatasetContents set) => set.InMillimetres == true ? "Volume (ml)" : "Volume (1000 voxels)";

    /// <summary>Volume of a class in a case: millilitres where spacings are millimetres, else thousands of voxels.</summary>
    internal static double Volume(DatasetContents set, CaseContents item, int k) => item.Voxels[k] / 1000.0
        * (set.InMillimetres == true ? item.Spacing.Depth * item.Spacing.Height * item.Spacing.Width : 1);

    private static Table Notes(IReadOnlyList<(string Key, PreparationNote Note)> notes) => Table.FromRows(
        ["Data set", "Severity", "Code", "Case", "What was found", "Files"],
        notes.Select(one => (IReadOnlyList<object?>)
        [
            one.Key, one.Note.Severity.ToString().ToLowerInvariant(), one.Note.Code, one.Note.Case ?? "–", one.Note.Message,
            one.Note.Files.Count > 2 ? $"{one.Note.Files[0]} and {one.Note.Files.Count - 1} more" : string.Join(", ", one.Note.Files),
        ])).RowHeader("Data set");

    private static string Unit(DatasetContents set) => set.InMillimetres == true ? " mm" : ", no unit";

    private static string Span(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
        return sorted.Length == 0 ? "–" : sorted[0] == sorted[^1] ? Text(sorted[0]) : $"{Text(sorted[0])} to {Text(sorted[^1])}";
    }
}
