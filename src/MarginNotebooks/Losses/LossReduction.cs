namespace MarginNotebooks.Losses;

/// <summary>How a loss's values at the counted pixels become one number.</summary>
public enum LossReduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}
