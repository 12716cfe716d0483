namespace MarginNotebooks.Host.Notebooks.Scripting;

/// <summary>How the code of a cell ended.</summary>
/// <param name="Value">Value of its last expression; null when it has none.</param>
/// <param name="Error">What went wrong; null when nothing did.</param>
public sealed record CellResult(object? Value, CellError? Error);
