namespace MarginNotebooks.Losses;

/// <summary>What a class without a pixel in a sample contributes to an average calibration error.</summary>
public enum AbsentClass
{
    /// <summary>Its gap: the probability given to it at all.</summary>
    Counted,

    /// <summary>Zero; it stays in the divisor of the mean, as in the original.</summary>
    Skipped,
}
