namespace MarginNotebooks.Losses;

/// <summary>The two meanings of the squared margin penalty.</summary>
public enum SquaredMarginVariant
{
    /// <summary>As the paper defines it: the violation is clipped at 0 and then squared; nothing happens inside the margin.</summary>
    Published,

    /// <summary>
    /// As the authors' code computes it: the square of <c>d - m</c>, clipped afterwards, which does nothing. Distances below the margin
    /// are pushed up to it; the loss asks for equality with the margin.
    /// </summary>
    AuthorsCode,
}
