namespace MarginNotebooks.Losses;

/// <summary>The distance between prediction and target in <see cref="NaclLoss"/>.</summary>
public enum NaclDistance
{
    /// <summary>Absolute difference (L1).</summary>
    Absolute,

    /// <summary>Squared difference (L2).</summary>
    Squared,
}
