namespace MarginNotebooks.Data;

/// <summary>How the intensities of a volume are brought to a common scale, each channel by itself.</summary>
public enum IntensityNormalisation
{
    /// <summary>Left as they are.</summary>
    None,

    /// <summary><c>(x − min) / (max − min)</c>: 0 to 1. The choice of the authors' prepared ACDC.</summary>
    MinMax,

    /// <summary>
    /// Clipped at the 1st and 99th percentile, then as <see cref="MinMax"/>: a few bright voxels no longer darken the rest.
    /// </summary>
    Percentile,

    /// <summary><c>(x − mean) / standard deviation</c>, over the whole volume.</summary>
    ZScore,

    /// <summary>
    /// As <see cref="ZScore"/>, over the voxels that are not 0 alone; those that are stay 0, and so does padding. For images whose surroundings
    /// were cut away, such as brains without skull.
    /// </summary>
    ZScoreNonZero,
}
