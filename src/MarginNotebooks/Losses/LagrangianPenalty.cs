using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>
/// The penalty P(h; λ, ρ) that an augmented Lagrangian puts on a constraint <c>h ≤ 0</c> with multiplier λ and penalty weight ρ.
/// </summary>
/// <remarks>Birgin, Castillo and Martínez, "Numerical comparison of augmented Lagrangian algorithms for nonconvex problems" (Computational
/// Optimization and Applications 31, 2005), who number them so. All are 0 with slope λ at <c>h = 0</c>.</remarks>
public enum LagrangianPenalty
{
    /// <summary>Powell, Hestenes and Rockafellar: <c>λh + ρh²/2</c> for <c>h ≥ -λ/ρ</c>, else <c>-λ²/(2ρ)</c>.</summary>
    Phr,

    /// <summary><c>λh + λρh² + ρ²h³/6</c> for <c>h ≥ 0</c>, else <c>λh/(1 - ρh)</c>.</summary>
    P2,

    /// <summary><c>λh + λρh²</c> for <c>h ≥ 0</c>, else <c>λh/(1 - ρh)</c>.</summary>
    P3,
}

/// <summary>Values and slopes of the penalties.</summary>
internal static class LagrangianPenalties
{
    /// <summary>q and c of <c>P = λh + q·h² + c·h³</c>, which holds for h ≥ 0; for PHR for h ≥ -λ/ρ.</summary>
    public static (double Quadratic, double Cubic) Polynomial(this LagrangianPenalty penalty, double lambda, double rho) => penalty switch
    {
        LagrangianPenalty.Phr => (rho / 2, 0),
        LagrangianPenalty.P2 => (lambda * rho, rho * rho / 6),
        LagrangianPenalty.P3 => (lambda * rho, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(penalty), penalty, $"'{penalty}' is no penalty."),
    };

    /// <summary>P, element by element.</summary>
    public static Tensor Value(this LagrangianPenalty penalty, Tensor h, Tensor lambda, Tensor rho)
    {
        // NaN is not "less", so it takes the branch that passes it on.
        if (penalty == LagrangianPenalty.Phr)
            return where(lambda + rho * h < 0, lambda.square().neg() / (2 * rho), h * (lambda + h * rho / 2));
        var beyond = penalty == LagrangianPenalty.P2 ? h * (lambda + h * (lambda * rho + h * rho.square() / 6)) : h * (lambda + h * lambda * rho);
        return where(h < 0, lambda * h / (1 - rho * h.clamp_max(0)), beyond);
    }

    /// <summary>dP/dh, element by element: the multiplier that the augmented Lagrangian method takes next.</summary>
    public static Tensor Slope(this LagrangianPenalty penalty, Tensor h, Tensor lambda, Tensor rho)
    {
        if (penalty == LagrangianPenalty.Phr)
            return (lambda + rho * h).clamp_min(0);
        var beyond = penalty == LagrangianPenalty.P2 ? lambda + h * (2 * lambda * rho + h * rho.square() / 2) : lambda + 2 * h * lambda * rho;
        return where(h < 0, lambda / (1 - rho * h.clamp_max(0)).square(), beyond);
    }
}
