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
        return item with { Image = image, Background = normalisation == IntensityNormalisation.ZScoreNonZero ? 0 : item.Background };
    }

    /// <summary>Clips all intensities to a window; <see cref="IntensityNormalisation.MinMax"/> then maps the window's ends to 0 and 1.</summary>
    /// <param name="item">The case.</param>
    /// <param name="window">The two ends; null clips nothing.</param>
    /// <param name="normalisation">How to go on.</param>
    /// <returns>A new case, or the same one when there is nothing to do.</returns>
    public static SegmentationCase Normalised(this SegmentationCase item, (double Low, double High)? window, IntensityNormalisation normalisation)
    {
        if (window is not var (low, high))
            return item.Normalised(normalisation);
        if (!(low < high))
            throw new ArgumentException($"The window {low}…{high} is empty: its first number must be below its second.", nameof(window));
        var clipped = Array.ConvertAll(item.Image, value => (float)Math.Clamp(value, low, high));
        if (normalisation != IntensityNormalisation.MinMax)
            return (item with { Image = clipped }).Normalised(normalisation);
        Scale(clipped, low, high);
        return item with { Image = clipped };
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
            case IntensityNormalisation.ZScoreNonZero:
                var inside = values.ToArray().Where(value => value != 0).ToArray();
                var (level, spread) = inside.Length > 0 ? Moments(inside) : (0, 0);
                foreach (ref var value in values)
                    value = value != 0 && spread > 0 ? (float)((value - level) / spread) : 0;
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
