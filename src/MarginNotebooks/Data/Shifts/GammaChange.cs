namespace MarginNotebooks.Data.Shifts;

/// <summary>A change of intensity by a gamma curve: the image grows darker, its darkest and brightest voxels stay.</summary>
/// <remarks>
/// <c>x' = a + (b − a) · ((x − a) / (b − a))^γ</c>, with <c>a</c> and <c>b</c> the smallest and largest intensity of the unshifted channel of the
/// volume. γ &gt; 1 darkens middle intensities, γ &lt; 1 brightens them. Gamma curves are what the field trains against (nnU-Net augments with γ
/// from 0.7 to 1.5, Isensee et al., Nature Methods 2021, doi 10.1038/s41592-020-01008-z); unlike a change of scale, one cannot be undone by
/// normalising the image again.
/// </remarks>
public sealed class GammaChange : ImageShift
{
    /// <summary>γ of 1.1, 1.25, 1.5, 1.75 and 2, or others.</summary>
    /// <param name="parameters">Exponents above 0; null for the five above.</param>
    public GammaChange(IReadOnlyList<double>? parameters = null)
        : base("intensity", "Intensity (gamma)", "exponent γ", 1, parameters ?? [1.1, 1.25, 1.5, 1.75, 2])
    {
        if (Parameters.Any(value => value <= 0))
            throw new ArgumentException("The exponent of a gamma curve must be above 0.", nameof(parameters));
    }

    /// <inheritdoc/>
    protected override void Shift(Span<float> channel, ShiftContext context)
    {
        double low = context.Minimum, range = (double)context.Maximum - low;
        if (range == 0)
            return;
        foreach (ref var value in channel)
            value = (float)(low + (range * Math.Pow((value - low) / range, context.Parameter)));
    }
}
