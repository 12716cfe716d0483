using System.Text.Json.Serialization;

namespace MarginNotebooks.Benchmarks.Report;

/// <summary>Repeated measurements of one thing, and what they say together.</summary>
/// <param name="Name">What was measured, for example <c>kit, bf16, channels-last</c>.</param>
/// <param name="Unit">Unit of the values: <c>ms</c>, <c>s</c>, <c>MB</c>, <c>µs</c>.</param>
/// <param name="Values">The measurements, in the order in which they were taken; at least one.</param>
public sealed record Sample(string Name, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>Smallest value.</summary>
    [JsonInclude]
    public double Min => Values.Min();

    /// <summary>Middle value; the mean of the two middle ones when their number is even.</summary>
    [JsonInclude]
    public double Median => SampleStatistics.Median(Values);

    /// <summary>Largest value.</summary>
    [JsonInclude]
    public double Max => Values.Max();

    /// <summary>Number of measurements.</summary>
    [JsonInclude]
    public int Repetitions => Values.Count;
}
