using MarginNotebooks.Metrics;
using MarginNotebooks.Statistics;

namespace MarginNotebooks.Tests.Statistics;

/// <summary>Made-up scores; methods are a, b, c …, each case its own patient.</summary>
internal static class Matrices
{
    internal static double[][] Random(Random random, int cases, int methods, int levels) =>
        [.. Enumerable.Range(0, cases).Select(_ => Enumerable.Range(0, methods).Select(_ => (double)random.Next(levels)).ToArray())];

    internal static ScoreMatrix Of(double[][] values, bool higherIsBetter = false, Func<int, string>? patient = null) => ScoreMatrix.Of(
        "dsc", higherIsBetter,
        [
            .. Enumerable.Range(0, values[0].Length).Select(m => (
                $"{(char)('a' + m)}",
                (IReadOnlyList<CaseValue>)[.. values.Select((row, i) =>
                    new CaseValue($"case{i:000}", patient?.Invoke(i) ?? $"patient{i:000}", row[m]))])),
        ]);
}
