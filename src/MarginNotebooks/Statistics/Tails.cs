using MathNet.Numerics;

namespace MarginNotebooks.Statistics;

/// <summary>Upper tails of the distributions that the tests use, accurate where they are small.</summary>
internal static class Tails
{
    /// <summary><c>P(Z ≥ z)</c> of the standard normal distribution.</summary>
    internal static double Normal(double z) => 0.5 * SpecialFunctions.Erfc(z / Math.Sqrt(2));

    /// <summary><c>P(χ² ≥ x)</c>.</summary>
    internal static double ChiSquared(double x, double degrees) =>
        double.IsNaN(x) ? double.NaN : x <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(degrees / 2, x / 2);

    /// <summary><c>P(F ≥ x)</c>.</summary>
    internal static double F(double x, double degrees1, double degrees2) => x switch
    {
        double.NaN => double.NaN,
        <= 0 => 1,
        double.PositiveInfinity => 0,
        _ => SpecialFunctions.BetaRegularized(degrees2 / 2, degrees1 / 2, degrees2 / (degrees2 + degrees1 * x)),
    };
}
