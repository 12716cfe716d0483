using MarginNotebooks.Metrics;

namespace MarginNotebooks.Display;

/// <summary>A score of several methods under one shift: one panel of a <see cref="ShiftChart"/>.</summary>
/// <param name="Shift">Name of the shift.</param>
/// <param name="ParameterName">What the parameter is, with its unit.</param>
/// <param name="Score">Name of the score.</param>
/// <param name="Strengths">Labels of the strengths, evenly spaced along the axis.</param>
/// <param name="Lines">A line for each method.</param>
public sealed record ShiftPanel(string Shift, string ParameterName, string Score, IReadOnlyList<string> Strengths, IReadOnlyList<ShiftLine> Lines);

/// <summary>A method's score at each strength of a shift.</summary>
/// <param name="Name">Name of the method.</param>
/// <param name="Values">Mean and interval at each strength.</param>
public sealed record ShiftLine(string Name, IReadOnlyList<ScoreEstimate> Values);
