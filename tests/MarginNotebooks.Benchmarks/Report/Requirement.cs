using System.Globalization;
using System.Text.Json.Serialization;

namespace MarginNotebooks.Benchmarks.Report;

/// <summary>The number that a row has to reach.</summary>
/// <param name="Bound">Which side of the limit is good.</param>
/// <param name="Limit">The limit, in the unit of the row's figure.</param>
public sealed record Requirement(Bound Bound, double Limit)
{
    /// <summary>At least so much.</summary>
    public static Requirement AtLeast(double limit) => new(Bound.AtLeast, limit);

    /// <summary>At most so much.</summary>
    public static Requirement AtMost(double limit) => new(Bound.AtMost, limit);

    /// <summary>Whether a figure reaches it; NaN never does.</summary>
    public bool IsMetBy(double figure) => Bound == Bound.AtLeast ? figure >= Limit : figure <= Limit;

    /// <summary>For tables, for example <c>≥ 2.0 ×</c>.</summary>
    public string Text(string unit) => $"{(Bound == Bound.AtLeast ? "≥" : "≤")} {Limit.ToString("0.####", CultureInfo.InvariantCulture)} {unit}";
}

/// <summary>Side of a limit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Bound>))]
public enum Bound
{
    /// <summary>The limit or more.</summary>
    AtLeast,

    /// <summary>The limit or less.</summary>
    AtMost,
}
