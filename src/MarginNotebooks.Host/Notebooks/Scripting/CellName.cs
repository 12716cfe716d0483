using System.Globalization;
using System.Text.RegularExpressions;

namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>The file name that a cell has for the compiler, so that diagnostics and stack traces lead back to it.</summary>
public static partial class CellName
{
    /// <summary>The name of a cell.</summary>
    /// <param name="number">The number in brackets beside it.</param>
    /// <returns>For example <c>Cell[3].csx</c>.</returns>
    public static string Of(int number) => string.Create(CultureInfo.InvariantCulture, $"Cell[{number}].csx");

    /// <summary>The cell that a file name stands for.</summary>
    /// <param name="file">File name from a stack frame or a diagnostic.</param>
    /// <returns>The cell's number; null when the file is no cell.</returns>
    public static int? NumberIn(string? file) =>
        file is not null && Pattern().Match(file) is { Success: true } match
            ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"Cell\[(\d+)\]\.csx$")]
    private static partial Regex Pattern();
}
