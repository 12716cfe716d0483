using static System.FormattableString;

namespace MarginNotebooks.Display;

/// <summary>
/// What the paper finds each loss to be besides cross-entropy: a penalty on the logits alone, whatever the true class, with its gradient.
/// </summary>
/// <remarks>
/// With logits <c>l</c>, <c>s = softmax(l)</c>, u the uniform distribution, <c>H(s) = −Σ s_k log s_k</c> and distances
/// <c>d_k = max_j l_j − l_k</c>: the first three pull towards the one point <c>s = u</c>, where they are lowest, from everywhere; the
/// margin penalty is 0 on the whole region <c>d ≤ m</c>. Source: Murugesan et al. 2023 (doi 10.1016/j.media.2023.102826), the constrained
/// view; weights as the authors' code applies them.
/// </remarks>
/// <param name="Name">Name with hyper-parameters.</param>
/// <param name="Formula">The penalty in one line.</param>
/// <param name="Value">The penalty of a pixel's logits, in nats.</param>
/// <param name="Gradient">Its derivative to each logit.</param>
public sealed record SimplexPenalty(string Name, string Formula, Func<double[], double> Value, Func<double[], double[]> Gradient)
{
    /// <summary>Label smoothing: <c>(1−α)·CE + α·KL(u‖s) + const</c>, so the penalty is <c>α·KL(u‖s)</c>.</summary>
    /// <param name="alpha">Smoothing α.</param>
    /// <returns>The penalty.</returns>
    public static SimplexPenalty LabelSmoothing(double alpha) => new(
        Invariant($"LS (α={alpha})"), "α·KL(u‖s)",
        logits => alpha * DivergenceFromUniform(logits),
        logits => [.. Softmax(logits).Select(s => alpha * (s - 1.0 / logits.Length))]);

    /// <summary>Focal loss is bounded from below by <c>CE − γ·H(s)</c>: the penalty of the bound.</summary>
    /// <param name="gamma">Focusing exponent γ, at least 1.</param>
    /// <returns>The penalty.</returns>
    public static SimplexPenalty Focal(double gamma) => NegativeEntropy(Invariant($"FL (γ={gamma}), bound"), "−γ·H(s)", _ => gamma);

    /// <summary>Explicit confidence penalty as the authors' code computes it: minus α times the mean over classes of <c>−s_k log s_k</c>.</summary>
    /// <param name="alpha">Weight α.</param>
    /// <returns>The penalty.</returns>
    public static SimplexPenalty ConfidencePenalty(double alpha) =>
        NegativeEntropy(Invariant($"ECP (α={alpha})"), "−(α/K)·H(s)", classes => alpha / classes);

    /// <summary>Margin-based label smoothing: <c>λ·mean_k max(0, d_k − m)</c>.</summary>
    /// <param name="margin">Margin m, at least 0.</param>
    /// <param name="lambda">Weight λ.</param>
    /// <returns>The penalty. On a tie for the largest logit the gradient is that of the first, as in PyTorch.</returns>
    public static SimplexPenalty Margin(double margin, double lambda = 0.1) => new(
        Invariant($"MbLS (m={margin}, λ={lambda})"), "λ·mean max(0, d − m)",
        logits => lambda * logits.Average(l => Math.Max(0, logits.Max() - l - margin)),
        logits =>
        {
            var largest = Array.IndexOf(logits, logits.Max());
            double[] gradient = [.. logits.Select(l => logits[largest] - l > margin ? -lambda / logits.Length : 0)];
            gradient[largest] -= gradient.Sum();
            return gradient;
        });

    /// <summary>Probabilities of logits, without overflow.</summary>
    /// <param name="logits">One value a class.</param>
    /// <returns>s.</returns>
    public static double[] Softmax(double[] logits)
    {
        var log = LogSumExp(logits);
        return [.. logits.Select(l => Math.Exp(l - log))];
    }

    /// <summary><c>KL(u‖s) = −log K − mean_k log s_k</c>, in nats.</summary>
    /// <param name="logits">One value a class.</param>
    /// <returns>At least 0, and 0 only for equal logits.</returns>
    public static double DivergenceFromUniform(double[] logits) => LogSumExp(logits) - logits.Average() - Math.Log(logits.Length);

    /// <summary><c>H(s) = −Σ s_k log s_k</c>, in nats.</summary>
    /// <param name="logits">One value a class.</param>
    /// <returns>From 0 to log K.</returns>
    public static double Entropy(double[] logits)
    {
        var log = LogSumExp(logits);
        return logits.Sum(l => Math.Exp(l - log) * (log - l));
    }

    internal static double LogSumExp(double[] logits)
    {
        var largest = logits.Max();
        return largest + Math.Log(logits.Sum(l => Math.Exp(l - largest)));
    }

    private static SimplexPenalty NegativeEntropy(string name, string formula, Func<int, double> weight) => new(
        name, formula,
        logits => -weight(logits.Length) * Entropy(logits),
        logits =>
        {
            var (s, entropy, log) = (Softmax(logits), Entropy(logits), LogSumExp(logits));
            return [.. logits.Select((l, k) => weight(logits.Length) * s[k] * (l - log + entropy))];
        });
}
