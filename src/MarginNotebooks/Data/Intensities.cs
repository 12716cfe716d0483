namespace MarginNotebooks.Data;

/// <summary>Brings the intensities of volumes to a common scale.</summary>
public static class Intensities
{
    private const double LowPercentile = 0.01;
    private const double HighPercentile = 0.99;

    /// <summary>The case with normalised intensities; a channel of one single intensity becomes 0.</summary>
    /// <param name="item">The case.</param>
    /// <param name="normalisation">How.</param>
    /// <returns>A new case, or the same one for <see cref="IntensityNormalisation.None"/>.</returns>
    public static SegmentationCase Normalised(this SegmentationCase item, IntensityNormalisation normalisation)
    {
        if (normalisation == IntensityNormalisation.None)
            return item;
        var image = item.Image.ToArray();
        var size = image.Length / item.Channels;
        for (var channel = 0; channel < item.Channels; channel++)
            Normalise(image.AsSpan(channel * size, size), normalisation);
        return item with { Image = image };
    }

    /// <summary>Normalises one channel in place.</summary>
    /// <param name="values">Finite intensities.</param>
    /// <param name="normalisation">How.</param>
    public static void Normalise(Span<float> values, IntensityNormalisation normalisation)
    {
        switch (normalisation)
        {
            case IntensityNormalisation.None:
                break;
            case IntensityNormalisation.MinMax:
                var (low, high) = Range(values);
                Scale(values, low, high);
                break;
            case IntensityNormalisation.Percentile:
                var (p1, p99) = Percentiles(values);
                Scale(values, p1, p99);
                break;
            case IntensityNormalisation.ZScore:
                var (mean, deviation) = Moments(values);
                for (var i = 0; i < values.Length; i++)
                    values[i] = deviation > 0 ? (float)((values[i] - mean) / deviation) : 0;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(normalisation), normalisation, "Not a way to normalise intensities.");
        }
    }

    /// <summary>Smallest and largest intensity.</summary>
    /// <param name="values">At least one.</param>
    /// <returns>The two.</returns>
    public static (float Min, float Max) Range(ReadOnlySpan<float> values)
    {
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            min = MathF.Min(min, value);
            max = MathF.Max(max, value);
        }
        return (min, max);
    }

    private static void Scale(Span<float> values, double low, double high)
    {
        var factor = high > low ? 1 / (high - low) : 0;
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)((Math.Clamp(values[i], low, high) - low) * factor);
    }

    // Between neighbours in sorted order, linearly: numpy's default.
    private static (double Low, double High) Percentiles(ReadOnlySpan<float> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (At(LowPercentile), At(HighPercentile));

        double At(double fraction)
        {
            var position = fraction * (sorted.Length - 1);
            var below = (int)position;
            var above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (position - below) * ((double)sorted[above] - sorted[below]);
        }
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / values.Length));
    }
}
