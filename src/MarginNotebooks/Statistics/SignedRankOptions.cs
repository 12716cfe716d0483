namespace MarginNotebooks.Statistics;

/// <summary>What the signed-rank test does with pairs that do not differ.</summary>
public enum ZeroDifferences
{
    /// <summary>Wilcoxon's rule: left out before ranking.</summary>
    Wilcoxon,

    /// <summary>Pratt's rule: ranked with the others, then left out, so that among many zeros every difference ranks high.</summary>
    Pratt,
}

/// <summary>Which differences speak against the null hypothesis.</summary>
public enum Alternative
{
    /// <summary>Either direction.</summary>
    TwoSided,

    /// <summary>The first method's values are greater.</summary>
    Greater,

    /// <summary>The first method's values are less.</summary>
    Less,
}

/// <summary>How the signed-rank test is made.</summary>
/// <param name="Zeros">What is done with pairs that do not differ.</param>
/// <param name="Alternative">Which differences speak against the null hypothesis.</param>
/// <param name="MostExact">Up to so many pairs that differ, the p-value is exact, with ties too; above, the normal approximation with
/// corrections for ties and continuity.</param>
public sealed record SignedRankOptions(
    ZeroDifferences Zeros = ZeroDifferences.Wilcoxon, Alternative Alternative = Alternative.TwoSided, int MostExact = 200)
{
    /// <summary>Wilcoxon's rule, two-sided, exact up to 200 pairs.</summary>
    public static SignedRankOptions Default { get; } = new();
}
