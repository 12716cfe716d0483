using System.Runtime.CompilerServices;

namespace MarginNotebooks.Losses;

/// <summary>Checks of hyper-parameters; the errors give the name and the value.</summary>
internal static class Hyper
{
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number above 0.");

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite number, 0 or more.");

    public static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must lie in 0..1.");

    public static int OddKernel(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 3 && value % 2 == 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be odd and at least 3.");

    public static int AtLeast(int least, int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least}.");
}
