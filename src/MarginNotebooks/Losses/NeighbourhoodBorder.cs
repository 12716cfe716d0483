namespace MarginNotebooks.Losses;

/// <summary>What lies beyond the image when a neighbourhood reaches over its border.</summary>
public enum NeighbourhoodBorder
{
    /// <summary>
    /// Background (class 0) of intensity 0, as in the authors' code; biases targets at the border. Left out where class 0 is ignored.
    /// </summary>
    Background,

    /// <summary>The border pixels again, labels and intensities.</summary>
    Repeated,
}
