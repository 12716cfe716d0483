namespace MarginNotebooks.Data.Phantom;

/// <summary>What the scanner adds to one patient's images: smooth inhomogeneity, arbitrary gain, Rician noise.</summary>
internal sealed class PhantomScanner
{
    private readonly PhantomOptions options;
    private readonly SeededRandom random;
    private readonly SmoothField coil;
    private readonly double gain;

    /// <summary>Draws a scanner setting.</summary>
    /// <param name="options">Strength of inhomogeneity and noise.</param>
    /// <param name="random">The patient's random numbers.</param>
    public PhantomScanner(PhantomOptions options, SeededRandom random)
    {
        this.options = options;
        this.random = random;
        coil = SmoothField.Draw(random, 1, 0.8, 6);
        // MRI intensities have no unit: every scan has its own scale.
        gain = 200 * Math.Exp(0.5 * random.Normal());
    }

    /// <summary>Turns brightness into a slice of magnitude images: <c>gain·sqrt((b·f + σ n1)² + (σ n2)²)</c>.</summary>
    /// <param name="brightness">Noise-free brightness of each pixel.</param>
    /// <param name="image">Receives the intensities.</param>
    /// <param name="z">Slice number.</param>
    public void Acquire(ReadOnlySpan<double> brightness, Span<float> image, int z)
    {
        var size = options.Size;
        for (var i = 0; i < brightness.Length; i++)
        {
            var field = 1 + options.Inhomogeneity * Math.Tanh(coil.At(i % size * 64.0 / size, i / size * 64.0 / size, 0.05 * z));
            var real = brightness[i] * field + options.Noise * random.Normal();
            var imaginary = options.Noise * random.Normal();
            image[i] = (float)(gain * Math.Sqrt(real * real + imaginary * imaginary));
        }
    }
}
