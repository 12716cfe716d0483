namespace MarginNotebooks.Data.Phantom;

/// <summary>What the phantom looks like; every value is independent of the training.</summary>
public sealed record PhantomOptions
{
    /// <summary>Number of patients; each gives one volume.</summary>
    public int Patients { get; init; } = 60;

    /// <summary>Rows and columns of a slice. Anatomy scales with it.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Slices from the base of the heart to its apex.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Standard deviation of the noise in each channel of the complex signal, as a fraction of blood's intensity.</summary>
    public double Noise { get; init; } = 0.07;

    /// <summary>Strength of the smooth intensity inhomogeneity: the largest relative change of brightness.</summary>
    public double Inhomogeneity { get; init; } = 0.35;

    /// <summary>
    /// Standard deviation, in pixels of a 64-pixel slice, of where an annotator draws a border around where it is. With 0 everyone agrees and
    /// the borders can be learnt exactly; the disagreement is what a network should be unsure of.
    /// </summary>
    public double AnnotatorSpread { get; init; } = 0.9;

    /// <summary>Seed of everything random; patient <c>i</c> of a seed is the same whatever <see cref="Patients"/> is.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Throws when a value makes no image.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public PhantomOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Patients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Size, 24);
        ArgumentOutOfRangeException.ThrowIfLessThan(Depth, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Noise);
        ArgumentOutOfRangeException.ThrowIfNegative(AnnotatorSpread);
        ArgumentOutOfRangeException.ThrowIfNegative(Inhomogeneity);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Inhomogeneity, 1);
        return this;
    }
}
