namespace MarginNotebooks.Losses;

/// <summary>The weight of a pixel itself when its label is blurred by its neighbours.</summary>
public enum GaussianCentre
{
    /// <summary>
    /// The sum of the neighbours' weights, for every kernel size: after normalisation the pixel itself weighs one half.
    /// </summary>
    NeighbourSum,

    /// <summary>
    /// As in the authors' code, where the neighbours' sum is one minus kernel element [1, 1]: right for size 3, but from size 5 on that
    /// is not the centre, and the pixel itself weighs more than one half.
    /// </summary>
    AuthorsCode,
}
