namespace MarginNotebooks.Calibration;

/// <summary>The weights of the off-diagonal and intercept regularisation.</summary>
internal static class Odir
{
    /// <summary>The value when it is one that a minimum exists for.</summary>
    internal static double Checked(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The weight of a penalty must be 0 or more.");
}
