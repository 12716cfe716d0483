namespace MarginNotebooks.Statistics;

/// <summary>One pair of methods.</summary>
/// <param name="First">Name of the first method.</param>
/// <param name="Second">Name of the second.</param>
/// <param name="Test">The signed-rank test of first minus second, with its effect sizes.</param>
/// <param name="Adjusted">The p-value after Holm's correction over all pairs tested.</param>
public sealed record MethodPair(string First, string Second, SignedRankResult Test, double Adjusted);

/// <summary>Signed-rank tests between methods, with Holm's correction over all of them.</summary>
/// <remarks>Pairs of values with a NaN are left out of that pair's test and counted there.</remarks>
public static class PairwiseComparison
{
    /// <summary>Tests every pair of methods.</summary>
    /// <param name="scores">The scores; rows must be independent (<see cref="ScoreMatrix.ByPatient"/>).</param>
    /// <param name="options">How the tests are made; null for the default.</param>
    /// <returns>The pairs, in the methods' order.</returns>
    public static IReadOnlyList<MethodPair> All(ScoreMatrix scores, SignedRankOptions? options = null) => Adjusted(
        scores,
        [.. from a in Enumerable.Range(0, scores.Methods.Count) from b in Enumerable.Range(a + 1, scores.Methods.Count - a - 1) select (a, b)],
        options);

    /// <summary>Tests every other method against one; fewer tests, so a milder correction.</summary>
    /// <param name="scores">The scores; rows must be independent.</param>
    /// <param name="reference">Name of the one method.</param>
    /// <param name="options">How the tests are made; null for the default.</param>
    /// <returns>A pair for each other method, which is the first of the pair.</returns>
    public static IReadOnlyList<MethodPair> Against(ScoreMatrix scores, string reference, SignedRankOptions? options = null)
    {
        var control = scores.IndexOf(reference);
        return Adjusted(scores, [.. Enumerable.Range(0, scores.Methods.Count).Where(m => m != control).Select(m => (m, control))], options);
    }

    private static MethodPair[] Adjusted(ScoreMatrix scores, (int First, int Second)[] pairs, SignedRankOptions? options)
    {
        var tests = Array.ConvertAll(pairs, pair => SignedRankTest.Of(scores.Column(pair.First), scores.Column(pair.Second), options));
        var adjusted = HolmCorrection.Adjust([.. tests.Select(test => test.PValue)]);
        return [.. pairs.Select((pair, i) => new MethodPair(scores.Methods[pair.First], scores.Methods[pair.Second], tests[i], adjusted[i]))];
    }
}
