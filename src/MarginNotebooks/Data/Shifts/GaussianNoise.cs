namespace MarginNotebooks.Data.Shifts;

/// <summary>Additive Gaussian noise, independent from voxel to voxel.</summary>
/// <remarks>
/// <c>x' = x + p · s · n</c>, with <c>n</c> standard normal and <c>s</c> the standard deviation of the unshifted channel of the volume: strength
/// means the same for images on different scales. Values are not clipped. The same <c>n</c> serves every strength of a case. That the paper
/// adds Gaussian noise is known, its levels are not: these are the kit's.
/// </remarks>
public sealed class GaussianNoise : ImageShift
{
    /// <summary>Noise of 0.1, 0.25, 0.5, 1 and 2 standard deviation of the image, or of others.</summary>
    /// <param name="parameters">Standard deviations of the noise in those of the image; null for the five above.</param>
    public GaussianNoise(IReadOnlyList<double>? parameters = null)
        : base("noise", "Gaussian noise", "σ of the noise (SD of the image)", 0, parameters ?? [0.1, 0.25, 0.5, 1, 2])
    {
        if (Parameters.Any(value => value < 0))
            throw new ArgumentException("The noise cannot have a negative standard deviation.", nameof(parameters));
    }

    /// <inheritdoc/>
    protected override void Shift(Span<float> channel, ShiftContext context)
    {
        var random = context.Random();
        var amplitude = context.Parameter * context.Deviation;
        foreach (ref var value in channel)
            value = (float)(value + (amplitude * random.Normal()));
    }
}
