using System.Globalization;
using MarginNotebooks.Display;
using MarginNotebooks.Metrics;
using MarginNotebooks.Runtime;

namespace MarginNotebooks.Studies;

/// <summary>Scores of one test case under one shift.</summary>
/// <param name="Shift">Key of the shift; <see cref="ShiftStudy.Unshifted"/> for the volume as it is.</param>
/// <param name="Strength">From 1; 0 for the volume as it is.</param>
/// <param name="Parameter">The shift's parameter at that strength; NaN for the volume as it is.</param>
/// <param name="Case">Protocol, case and scores.</param>
public sealed record ShiftRow(string Shift, int Strength, double Parameter, CaseRow Case);

/// <summary>Scores of a network under shifts of the test images.</summary>
/// <param name="Rows">A row for each shift, strength, protocol and case.</param>
public sealed record ShiftResults(IReadOnlyList<ShiftRow> Rows)
{
    private static readonly string[] Columns = ["shift", "strength", "parameter", "protocol", "case", "patient"];

    /// <summary>Keys of the shifts, in the order of the rows, the unshifted rows left out.</summary>
    public IReadOnlyList<string> Shifts => [.. Rows.Where(row => row.Strength > 0).Select(row => row.Shift).Distinct()];

    /// <summary>Strengths of a shift with their parameters, 0 first.</summary>
    /// <param name="shift">Key of the shift.</param>
    /// <returns>Strength and parameter; NaN for strength 0.</returns>
    public IReadOnlyList<(int Strength, double Parameter)> StrengthsOf(string shift) =>
    [
        .. Rows.Where(row => row.Strength == 0 || row.Shift == shift).Select(row => (row.Strength, row.Parameter)).Distinct().OrderBy(item => item.Strength),
    ];

    /// <summary>The cases' scores at one strength of a shift.</summary>
    /// <param name="shift">Key of the shift; any at strength 0.</param>
    /// <param name="strength">The strength.</param>
    /// <param name="protocol">Name of the protocol.</param>
    /// <returns>One row a case.</returns>
    /// <exception cref="ArgumentException">There are no such rows.</exception>
    public IReadOnlyList<CaseRow> CasesOf(string shift, int strength, string protocol = "sound")
    {
        var rows = Rows.Where(row => row.Strength == strength && (strength == 0 || row.Shift == shift) && row.Case.Protocol == protocol)
            .Select(row => row.Case).ToList();
        return rows.Count > 0
            ? rows
            : throw new ArgumentException(
                $"There are no scores of '{shift}' at strength {strength} under the protocol '{protocol}'; shifts: {string.Join(", ", Shifts)}.", nameof(shift));
    }

    /// <summary>Means over the test cases, a row for each strength of a shift; intervals resample patients.</summary>
    /// <param name="shift">Key of the shift.</param>
    /// <param name="protocol">Name of the protocol.</param>
    /// <param name="scores">Which scores; null for <see cref="ResultTables.MainScores"/> as far as there are any.</param>
    /// <returns>The table.</returns>
    public Table Summary(string shift, string protocol = "sound", IReadOnlyList<string>? scores = null)
    {
        var unshifted = CasesOf(shift, 0, protocol);
        var chosen = scores ?? [.. ResultTables.MainScores.Where(score => unshifted.Any(row => !double.IsNaN(row.Score(score).Value)))];
        var table = Table.FromRows(["Strength", "Parameter", .. chosen], StrengthsOf(shift).Select(item => (IReadOnlyList<object?>)
        [
            item.Strength.ToString(CultureInfo.InvariantCulture),
            double.IsNaN(item.Parameter) ? "as it is" : item.Parameter.ToString("R", CultureInfo.InvariantCulture),
            .. chosen.Select(score => (object)ScoreSummary.Mean([.. CasesOf(shift, item.Strength, protocol).Select(row => row.Score(score))], score)),
        ])).RowHeader("Strength", "Parameter");
        return chosen.Aggregate(table, (styled, score) => ResultTables.Styled(styled, score, score)).WithCaption(
            $"'{shift}': means over {unshifted.Count} test cases [95 % interval from resampling patients]; protocol '{protocol}'");
    }

    /// <summary>The same rows with some scores only, in fewer digits: small enough to be committed.</summary>
    /// <param name="scores">Keys of the scores.</param>
    /// <param name="digits">Significant digits.</param>
    /// <returns>The reduced results.</returns>
    public ShiftResults Reduced(IReadOnlyList<string> scores, int digits = 5) =>
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
                row.Shift, row.Strength, row.Parameter, row.Case.Protocol, row.Case.CaseId, row.Case.PatientId,
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
    public static ShiftResults ReadCsv(string path)
    {
        var (header, rows) = CsvText.Read(path);
        CsvText.RequireColumns(header, Columns, path);
        return new ShiftResults([.. rows.Select(row => new ShiftRow(
            row[0], CsvText.Whole(row[1], path), CsvText.Number(row[2], path), CsvText.Case(header, row, Columns.Length, path)))]);
    }
}
