namespace MarginNotebooks.Display;

/// <summary>What a loss adds to cross-entropy for a pixel of two classes, as a function of its logit distance.</summary>
/// <remarks>
/// For K = 2 let <c>d = l_y − l_other</c>, the logit of the true class minus that of the other; then the true class has probability
/// <c>p = σ(d) = 1/(1+e^−d)</c>, cross-entropy is <c>CE(d) = log(1 + e^−d)</c>, and a loss L has the penalty <c>L(d) − CE(d)</c>.
/// Source: Murugesan et al. 2023 (doi 10.1016/j.media.2023.102826), section on the constrained view; weights as the authors' code applies
/// them.
/// </remarks>
/// <param name="Name">Name with hyper-parameters.</param>
/// <param name="Penalty">The penalty at a logit distance d.</param>
public sealed record PenaltyCurve(string Name, Func<double, double> Penalty)
{
    /// <summary>Cross-entropy alone: no penalty.</summary>
    public static PenaltyCurve CrossEntropy { get; } = new("CE", _ => 0);

    /// <summary>Label smoothing <c>(1−α)·CE + α·mean_k(−log s_k)</c>: the penalty is exactly <c>α·d/2</c>, linear without end.</summary>
    /// <param name="alpha">Smoothing α.</param>
    /// <returns>The curve.</returns>
    public static PenaltyCurve LabelSmoothing(double alpha) => new(Text($"LS (α={alpha})"), d => alpha * d / 2);

    /// <summary>Focal loss <c>(1−p)^γ·CE</c>: the penalty is <c>−(1 − (1−p)^γ)·CE(d)</c>.</summary>
    /// <param name="gamma">Focusing exponent γ.</param>
    /// <returns>The curve.</returns>
    public static PenaltyCurve Focal(double gamma) =>
        new(Text($"FL (γ={gamma})"), d => -(1 - Math.Pow(Probability(-d), gamma)) * SoftPlus(-d));

    /// <summary>Explicit confidence penalty <c>CE − α·mean_k(−s_k log s_k)</c>: minus α/2 times the entropy.</summary>
    /// <param name="alpha">Weight α.</param>
    /// <returns>The curve.</returns>
    public static PenaltyCurve ConfidencePenalty(double alpha) => new(Text($"ECP (α={alpha})"), d => -alpha * Entropy(d) / 2);

    /// <summary>
    /// Margin-based label smoothing (L1): <c>λ·mean_k max(0, d_k − m) = λ/2·max(0, |d| − m)</c>: nothing inside the margin.
    /// </summary>
    /// <param name="margin">Margin m.</param>
    /// <param name="lambda">Weight λ.</param>
    /// <returns>The curve.</returns>
    public static PenaltyCurve Margin(double margin, double lambda = 0.1) =>
        new(Text($"MbLS (m={margin})"), d => lambda / 2 * Math.Max(0, Math.Abs(d) - margin));

    /// <summary>Cross-entropy of the pixel: <c>log(1 + e^−d)</c>.</summary>
    /// <param name="distance">Logit distance d.</param>
    /// <returns>Cross-entropy in nats.</returns>
    public static double CrossEntropyAt(double distance) => SoftPlus(-distance);

    /// <summary>The whole loss, <c>CE(d)</c> plus penalty.</summary>
    /// <param name="distance">Logit distance d.</param>
    /// <returns>The loss of the pixel.</returns>
    public double LossAt(double distance) => CrossEntropyAt(distance) + Penalty(distance);

    private static double Probability(double distance) => 1 / (1 + Math.Exp(-distance));

    private static double Entropy(double d) => (Probability(d) * SoftPlus(-d)) + (Probability(-d) * SoftPlus(d));

    /// <summary><c>log(1 + e^x)</c> without overflow.</summary>
    private static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
