using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>Scores of one test case after one calibration.</summary>
/// <param name="Calibrator">Key of the calibrator; <see cref="CalibrationStudy.Uncalibrated"/> for the network itself.</param>
/// <param name="Case">Protocol, case and scores.</param>
public sealed record CalibrationRow(string Calibrator, CaseRow Case);

/// <summary>Scores before and after calibration.</summary>
/// <param name="Rows">A row for each calibrator, protocol and case.</param>
public sealed record CalibrationResults(IReadOnlyList<CalibrationRow> Rows)
{
    private static readonly string[] Columns = ["calibrator", "protocol", "case", "patient"];

    private static readonly (string Key, string Heading, bool Higher)[] Scores =
    [
        ("dsc", "DSC", true), ("ece", "ECE", false), ("cece", "CECE", false), ("ece/all", "ECE, whole image", false), ("nll/all", "NLL, whole image", false),
        ("nll", "NLL", false), ("brier", "Brier", false),
    ];

    /// <summary>The keys, in the order of the rows.</summary>
    public IReadOnlyList<string> Calibrators => [.. Rows.Select(row => row.Calibrator).Distinct()];

    /// <summary>The cases' scores of one calibrator under one protocol.</summary>
    /// <param name="calibrator">Key of the calibrator.</param>
    /// <param name="protocol">Name of the protocol.</param>
    /// <returns>One row a case.</returns>
    /// <exception cref="ArgumentException">There are no such rows.</exception>
    public IReadOnlyList<CaseRow> CasesOf(string calibrator, string protocol = "sound")
    {
        var rows = Rows.Where(row => row.Calibrator == calibrator && row.Case.Protocol == protocol).Select(row => row.Case).ToList();
        return rows.Count > 0
            ? rows
            : throw new ArgumentException(
                $"There are no scores of '{calibrator}' under the protocol '{protocol}'; calibrators: {string.Join(", ", Calibrators)}.", nameof(calibrator));
    }

    /// <summary>Means over the test cases, a row for each calibrator; intervals resample patients.</summary>
    /// <param name="protocol">Name of the protocol.</param>
    /// <param name="intervals">Whether each mean has its interval; else the means alone.</param>
    /// <returns>The table.</returns>
    public Table Summary(string protocol = "sound", bool intervals = true)
    {
        var present = Scores.Where(score => CasesOf(Calibrators[0], protocol)[0].Values.ContainsKey(score.Key)).ToArray();
        var table = Table.FromRows(
            ["Calibrator", .. present.Select(score => score.Key)],
            Calibrators.Select(calibrator => (IReadOnlyList<object?>)
            [
                calibrator,
                .. present.Select(score =>
                {
                    var estimate = ScoreSummary.Mean([.. CasesOf(calibrator, protocol).Select(row => row.Score(score.Key))], score.Key);
                    return intervals ? (object)estimate : estimate.Mean;
                }),
            ])).RowHeader("Calibrator");
        foreach (var (key, heading, higher) in present)
        {
            table = table.Heading(key, heading).Decimals(4, key);
            table = higher ? table.HigherIsBetter(key) : table.LowerIsBetter(key);
        }
        return table.WithCaption(
            $"Means over {CasesOf(Calibrators[0], protocol).Count} test cases{(intervals ? " [95 % interval from resampling patients]" : "")}; protocol '{protocol}'");
    }

    /// <summary>The same rows with some scores only, in fewer digits: small enough to be committed.</summary>
    /// <param name="scores">Keys of the scores.</param>
    /// <param name="digits">Significant digits.</param>
    /// <returns>The reduced results.</returns>
    public CalibrationResults Reduced(IReadOnlyList<string> scores, int digits = 5) =>
        new([.. Rows.Select(row => row with { Case = row.Case.Reduced(scores, digits) })]);

    /// <summary>Every row with every score as comma-separated values.</summary>
    /// <returns>The text of the file.</returns>
    public string ToCsv()
    {
        var measures = Rows.SelectMany(row => row.Case.Values.Keys).Distinct().ToList();
        return CsvText.Write(
            [.. Columns, .. measures],
            Rows.Select(row => (IEnumerable<object>)
            [
                row.Calibrator, row.Case.Protocol, row.Case.CaseId, row.Case.PatientId,
                .. measures.Select(measure => (object)row.Case.Values.GetValueOrDefault(measure, double.NaN)),
            ]));
    }

    /// <summary>Writes every row with every score as comma-separated values; the file appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void SaveCsv(string path) => WholeFile.WriteText(path, ToCsv());

    /// <summary>Reads what <see cref="SaveCsv"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The results.</returns>
    /// <exception cref="InvalidDataException">The file is no such table; the message names it.</exception>
    public static CalibrationResults ReadCsv(string path)
    {
        var (header, rows) = CsvText.Read(path);
        CsvText.RequireColumns(header, Columns, path);
        return new CalibrationResults([.. rows.Select(row => new CalibrationRow(row[0], CsvText.Case(header, row, Columns.Length, path)))]);
    }
}
