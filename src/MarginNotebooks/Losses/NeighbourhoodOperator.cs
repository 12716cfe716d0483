namespace MarginNotebooks.Losses;

/// <summary>How the labels around a pixel become its target distribution over the classes.</summary>
/// <remarks>
/// K is the number of pixels in the neighbourhood, the pixel itself included; δ the intensity difference between a neighbour and the
/// pixel.
/// </remarks>
public enum NeighbourhoodOperator
{
    /// <summary>Class proportions.</summary>
    Mean,

    /// <summary>
    /// Gaussian-weighted proportions whose centre weighs as much as all neighbours, as in <see cref="SvlsLoss"/>; borders are always
    /// repeated.
    /// </summary>
    Gaussian,

    /// <summary>All weight on the largest class number present (an order that means nothing in itself; kept from the original).</summary>
    Max,

    /// <summary>All weight on the smallest class number present.</summary>
    Min,

    /// <summary>All weight on the lower median of the class numbers.</summary>
    Median,

    /// <summary>All weight on the most frequent class; of equally frequent ones the smallest number.</summary>
    Mode,

    /// <summary>
    /// Labels weighted by <c>|δ|</c> times a Gaussian, divided by K: weights grow with the difference and do not sum to 1, as in the
    /// original.
    /// </summary>
    Bilateral,

    /// <summary>Labels weighted by <c>|δ|</c>, divided by K; does not sum to 1, as in the original.</summary>
    Gradient,

    /// <summary>Proportions weighted by <c>exp(-|δ|)</c>, normalised; no bandwidth, so it depends on the scale of intensities.</summary>
    ImageProportionsL1,

    /// <summary>Proportions weighted by <c>exp(-δ²)</c>, normalised; no bandwidth, so it depends on the scale of intensities.</summary>
    ImageProportionsL2,

    /// <summary>
    /// Proportions weighted by <c>exp(-δ²/(2σ_I²))</c> times a Gaussian, normalised: the bilateral filter proper, whose weights fall with the
    /// difference; σ_I is <see cref="Neighbourhood.IntensitySigma"/>. Not in the original, which meant it and has <see cref="Bilateral"/>.
    /// </summary>
    BilateralFilter,
}
