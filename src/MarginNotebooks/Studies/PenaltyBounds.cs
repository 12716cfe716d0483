using MarginNotebooks.Data;
using MarginNotebooks.Display;

namespace MarginNotebooks.Studies;

/// <summary>Checks, on random logits, the inequalities that tie the losses to one another.</summary>
/// <remarks>
/// With <c>s = softmax(l)</c>, u uniform over K classes, <c>D = (1/K)·Σ_k (max_j l_j − l_k)</c>, y the true class and <c>CE = −log s_y</c>:
/// <list type="number">
/// <item><c>KL(u‖s) ≤ D</c> and <c>D ≤ KL(u‖s) + log K</c>, from <c>max ≤ logsumexp ≤ max + log K</c>: label smoothing's penalty and the
/// distances bound one another;</item>
/// <item><c>LS = (1−α)·CE + α·(KL(u‖s) + log K)</c>, an identity;</item>
/// <item><c>−H(s) = KL(s‖u) − log K</c>, an identity: the confidence penalty too pulls towards u;</item>
/// <item><c>FL ≥ CE − γ·H(s)</c> for γ ≥ 1, from <c>(1−p)^γ ≥ 1 − γp</c> and <c>−p_y log p_y ≤ H(s)</c>.</item>
/// </list>
/// Source: Murugesan et al. 2023 (doi 10.1016/j.media.2023.102826); Mukhoti et al. 2020 (arXiv 2002.09437) for the last.
/// </remarks>
public static class PenaltyBounds
{
    /// <summary>One row a statement and number of classes: how often it held, and the smallest and largest difference of its two sides.</summary>
    /// <param name="classes">Numbers of classes K to try.</param>
    /// <param name="samples">Pixels for each; logits are normal with standard deviations from 0.1 to 30, spread evenly in the logarithm.</param>
    /// <param name="seed">Seed of the logits.</param>
    /// <param name="alpha">α of label smoothing.</param>
    /// <param name="gamma">γ of the focal loss, at least 1.</param>
    /// <returns>The table. An identity holds when its sides differ by less than 1e-12 of their size, an inequality when it is violated by no more.</returns>
    /// <exception cref="ArgumentException">No number of classes, fewer than two classes, no sample, or γ below 1.</exception>
    public static Table Check(
        IReadOnlyList<int> classes, int samples = 20_000, int seed = 1, double alpha = 0.1, double gamma = 3)
    {
        if (classes.Count == 0 || classes.Any(k => k < 2))
            throw new ArgumentException($"Numbers of classes must be 2 or more, not '{string.Join(", ", classes)}'.", nameof(classes));
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(gamma, 1);
        var statements = Statements(alpha, gamma);
        return Table.FromRows(
                ["Statement", "K", "Holds in", "Smallest difference", "Largest difference"],
                classes.SelectMany(k => statements.Select(statement => Row(statement, k, samples, seed))))
            .WithCaption(FormattableString.Invariant(
                $"{samples} random pixels for each K (seed {seed}); α = {alpha}, γ = {gamma}; difference: right side minus left side, in nats."))
            .RowHeader("Statement");
    }

    private static IReadOnlyList<object?> Row(Statement statement, int k, int samples, int seed)
    {
        var random = new SeededRandom((ulong)seed, (ulong)k);
        var (held, smallest, largest) = (0, double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < samples; i++)
        {
            var spread = Math.Pow(10, -1 + (i / (double)samples * Math.Log10(300)));
            double[] logits = [.. Enumerable.Range(0, k).Select(_ => spread * random.Normal())];
            var (left, right) = statement.Sides(logits, i % k);
            var (difference, rounding) = (right - left, 1e-12 * (1 + Math.Abs(left) + Math.Abs(right)));
            if (statement.Identity ? Math.Abs(difference) <= rounding : difference >= -rounding)
                held++;
            (smallest, largest) = (Math.Min(smallest, difference), Math.Max(largest, difference));
        }
        return [statement.Text, k, $"{held} of {samples}", Digits(smallest), Digits(largest)];
    }

    // Differences of an identity are rounding errors: a fixed number of decimals would show them as 0.
    private static string Digits(double value) => FormattableString.Invariant($"{value:g3}");

    private static Statement[] Statements(double alpha, double gamma) =>
    [
        new("KL(u‖s) ≤ D", false, (l, _) => (SimplexPenalty.DivergenceFromUniform(l), Distance(l))),
        new("D ≤ KL(u‖s) + log K", false, (l, _) => (Distance(l), SimplexPenalty.DivergenceFromUniform(l) + Math.Log(l.Length))),
        new("LS = (1−α)·CE + α·(KL(u‖s) + log K)", true, (l, y) => (
            l.Select((_, k) => ((k == y ? 1 - alpha : 0) + (alpha / l.Length)) * CrossEntropy(l, k)).Sum(),
            ((1 - alpha) * CrossEntropy(l, y)) + (alpha * (SimplexPenalty.DivergenceFromUniform(l) + Math.Log(l.Length))))),
        new("−H(s) = KL(s‖u) − log K", true, (l, _) => (
            -SimplexPenalty.Entropy(l),
            SimplexPenalty.Softmax(l).Sum(s => s > 0 ? s * (Math.Log(s) + Math.Log(l.Length)) : 0) - Math.Log(l.Length))),
        new("CE − γ·H(s) ≤ FL", false, (l, y) => (
            CrossEntropy(l, y) - (gamma * SimplexPenalty.Entropy(l)),
            Math.Pow(1 - Math.Exp(-CrossEntropy(l, y)), gamma) * CrossEntropy(l, y))),
    ];

    private static double Distance(double[] logits) => logits.Max() - logits.Average();

    private static double CrossEntropy(double[] logits, int y) => SimplexPenalty.LogSumExp(logits) - logits[y];

    private sealed record Statement(string Text, bool Identity, Func<double[], int, (double Left, double Right)> Sides);
}
