namespace MarginNotebooks.Display;

/// <summary>
/// A number with an interval around it, as a table cell: shown as <c>0.862 [0.851, 0.872]</c>, kept as three numeric columns.
/// </summary>
/// <param name="Value">The number, for example a mean.</param>
/// <param name="Lower">Lower end; NaN when unknown.</param>
/// <param name="Upper">Upper end; NaN when unknown.</param>
public readonly record struct IntervalCell(double Value, double Lower, double Upper);
