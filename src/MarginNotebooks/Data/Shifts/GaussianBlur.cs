namespace MarginNotebooks.Data.Shifts;

/// <summary>Gaussian blur in the plane of each slice.</summary>
/// <remarks>
/// Convolution with <c>w_i ∝ exp(−i² / 2σ²)</c>, <c>|i| ≤ ⌊4σ + ½⌋</c>, normalised to sum 1, along rows and columns; beyond the edge the slice
/// is mirrored, its outermost pixel repeated. These are SciPy's defaults (<c>scipy.ndimage.gaussian_filter</c>, modes <c>reflect</c>, truncate 4).
/// σ counts pixels of the image that the network sees: of a study at half the resolution, twice as many of the original. Sums run in double precision.
/// </remarks>
public sealed class GaussianBlur : ImageShift
{
    private const double Truncate = 4;

    /// <summary>Blur with σ of 0.5, 1, 1.5, 2 and 3 pixels, or of others.</summary>
    /// <param name="parameters">Standard deviations of the kernel in pixels; null for the five above.</param>
    public GaussianBlur(IReadOnlyList<double>? parameters = null)
        : base("blur", "Gaussian blur", "σ of the blur (pixels)", 0, parameters ?? [0.5, 1, 1.5, 2, 3])
    {
        if (Parameters.Any(value => value < 0))
            throw new ArgumentException("The blur cannot have a negative standard deviation.", nameof(parameters));
    }

    /// <inheritdoc/>
    protected override void Shift(Span<float> channel, ShiftContext context)
    {
        var weights = Kernel(context.Parameter);
        var (height, width) = (context.Height, context.Width);
        var line = new double[Math.Max(height, width)];
        for (var slice = 0; slice < context.Depth; slice++)
        {
            var pixels = channel.Slice(slice * height * width, height * width);
            for (var row = 0; row < height; row++)
                Filter(pixels, row * width, 1, width, weights, line);
            for (var column = 0; column < width; column++)
                Filter(pixels, column, width, height, weights, line);
        }
    }

    // The weights of 0, 1, 2, … pixels to either side.
    private static double[] Kernel(double sigma)
    {
        var weights = new double[(int)((Truncate * sigma) + 0.5) + 1];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp(-0.5 * i * i / (sigma * sigma));
        var sum = (2 * weights.Sum()) - weights[0];
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static void Filter(Span<float> pixels, int first, int step, int count, double[] weights, double[] line)
    {
        for (var i = 0; i < count; i++)
            line[i] = pixels[first + (i * step)];
        for (var i = 0; i < count; i++)
        {
            var sum = weights[0] * line[i];
            for (var d = 1; d < weights.Length; d++)
                sum += weights[d] * (line[Mirrored(i - d, count)] + line[Mirrored(i + d, count)]);
            pixels[first + (i * step)] = (float)sum;
        }
    }

    // … 1 0 | 0 1 … n−1 | n−1 n−2 …, as often as needed.
    private static int Mirrored(int index, int count)
    {
        if ((uint)index < (uint)count)
            return index;
        var period = 2 * count;
        var at = ((index % period) + period) % period;
        return at < count ? at : period - 1 - at;
    }
}
