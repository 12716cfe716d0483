using MarginNotebooks.Metrics;
using MathNet.Numerics;

namespace MarginNotebooks.Display;

/// <summary>The error rate among the most confident pixels, as more and more of them are kept.</summary>
/// <remarks>
/// Pixels are kept from the most confident; among the first k of n the coverage is <c>k/n</c> and the risk the share of wrong ones. Of pixels
/// with equal confidence (or in one bin) none comes first: the risk inside such a group is the expectation over all orders. AURC is the
/// mean of the risks at k = 1, …, n. Source: Geifman, Uziel and El-Yaniv 2019, arXiv 1805.08206.
/// </remarks>
/// <param name="Name">Name of the network.</param>
/// <param name="Coverage">Shares of pixels kept, rising, in (0, 1].</param>
/// <param name="Risk">Error rate among them; NaN leaves a gap.</param>
/// <param name="Aurc">Area under the curve, for the legend; null when not known.</param>
public sealed record RiskCoverageLine(string Name, double[] Coverage, double[] Risk, double? Aurc = null)
{
    private const int MostPoints = 300;

    /// <summary>The curve of pixels.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="confidence">Confidence of each pixel.</param>
    /// <param name="correct">Whether each pixel is right.</param>
    /// <returns>The curve at no more than a few hundred coverages, with the AURC over all pixels.</returns>
    /// <exception cref="ArgumentException">The arrays are empty or of different lengths, or a confidence is not a number.</exception>
    public static RiskCoverageLine Of(string name, float[] confidence, bool[] correct)
    {
        if (confidence.Length != correct.Length)
            throw new ArgumentException($"'{name}' has {confidence.Length} confidences but {correct.Length} outcomes.", nameof(correct));
        if (Array.FindIndex(confidence, float.IsNaN) is var at and >= 0)
            throw new ArgumentException($"Confidence {at} of '{name}' is not a number: it has no place in the order.", nameof(confidence));
        float[] keys = [.. confidence];
        bool[] outcomes = [.. correct];
        Array.Sort(keys, outcomes);
        var groups = new List<(double Count, double Wrong)>();
        for (var i = keys.Length - 1; i >= 0;)
        {
            var (first, wrong) = (i, 0);
            for (; i >= 0 && keys[i] == keys[first]; i--)
                wrong += outcomes[i] ? 0 : 1;
            groups.Add((first - i, wrong));
        }

        return OfGroups(name, groups);
    }

    /// <summary>The curve of binned pixels; those of one bin count as equally confident.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="bins">Sums over bins that rise in confidence; the finer, the nearer to the curve of the pixels.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">There is no pixel.</exception>
    public static RiskCoverageLine Of(string name, BinSums bins) => OfGroups(name,
        [.. Enumerable.Range(0, bins.Bins).Reverse().Where(b => bins.Count[b] > 0)
            .Select(b => ((double)bins.Count[b], bins.Count[b] - bins.Correct[b]))]);

    private static RiskCoverageLine OfGroups(string name, IReadOnlyList<(double Count, double Wrong)> groups)
    {
        var n = groups.Sum(group => group.Count);
        if (n == 0)
            throw new ArgumentException($"'{name}' has no pixel: there is no curve.", nameof(groups));
        var wanted = Ranks(n);
        var (coverage, risk) = (new List<double>(wanted.Length), new List<double>(wanted.Length));
        double before = 0, errors = 0, area = 0;
        var next = 0;
        foreach (var (count, wrong) in groups)
        {
            for (; next < wanted.Length && wanted[next] <= before + count; next++)
            {
                coverage.Add(wanted[next] / n);
                risk.Add((errors + (wrong * (wanted[next] - before) / count)) / wanted[next]);
            }

            // Σ_i (errors + wrong·i/count) / (before + i) over i = 1…count, in closed form with harmonic numbers.
            var harmonic = SpecialFunctions.DiGamma(before + count + 1) - SpecialFunctions.DiGamma(before + 1);
            area += wrong + ((errors - (wrong * before / count)) * harmonic);
            (before, errors) = (before + count, errors + wrong);
        }

        return new RiskCoverageLine(name, [.. coverage], [.. risk], area / n);
    }

    /// <summary>Evenly spaced ranks, closer together at the start where the curve is steep; all of them when there are few.</summary>
    private static double[] Ranks(double n) => n <= MostPoints
        ? [.. Enumerable.Range(1, (int)n).Select(k => (double)k)]
        : [.. Enumerable.Range(1, MostPoints).Select(i => Math.Max(1, Math.Round(n * Math.Pow((double)i / MostPoints, 2)))).Distinct()];
}
