namespace MarginNotebooks.Metrics;

/// <summary>Which pixels a calibration measure looks at.</summary>
/// <remarks>
/// Only <see cref="All"/> is unbiased: a network whose probabilities are exactly right scores 0 there. The other regions choose pixels
/// with the help of the true label, so even that network does not reach 0 (a background prediction that was kept because its true label
/// is not background is wrong by construction). They exist because in most volumes easy background outnumbers everything else a hundred
/// times.
/// </remarks>
public enum PixelRegion
{
    /// <summary>Every annotated pixel.</summary>
    All,

    /// <summary>Pixels whose true label is not background (the authors' region): false positives never count.</summary>
    Foreground,

    /// <summary>Pixels whose true or predicted label is not background: misses and false positives both count.</summary>
    ForegroundUnion,
}

/// <summary>Names of regions.</summary>
public static class PixelRegions
{
    /// <summary>Key used in score names, for example <c>ece/all</c>.</summary>
    /// <param name="region">The region.</param>
    /// <returns><c>all</c>, <c>foreground</c> or <c>union</c>.</returns>
    public static string Key(this PixelRegion region) => region switch
    {
        PixelRegion.All => "all",
        PixelRegion.Foreground => "foreground",
        PixelRegion.ForegroundUnion => "union",
        _ => throw new ArgumentOutOfRangeException(nameof(region), region, "Unknown pixel region."),
    };

    /// <summary>Words for tables.</summary>
    /// <param name="region">The region.</param>
    /// <returns>A short description.</returns>
    public static string Describe(this PixelRegion region) => region switch
    {
        PixelRegion.All => "all annotated pixels",
        PixelRegion.Foreground => "pixels whose true label is not background",
        PixelRegion.ForegroundUnion => "pixels whose true or predicted label is not background",
        _ => throw new ArgumentOutOfRangeException(nameof(region), region, "Unknown pixel region."),
    };
}
