namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>How the code of a cell ended.</summary>
/// <param name="Value">Value of its last expression; null when it has none.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
/// <param name="Timed">Whether the cell asked with <c>#!time</c> to be told how long it took.</param>
public sealed record CellResult(object? Value, CellError? Error, bool Timed = false);
