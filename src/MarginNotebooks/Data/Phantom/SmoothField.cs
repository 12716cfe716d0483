namespace MarginNotebooks.Data.Phantom;

/// <summary>A smooth random function of the point: a sum of plane waves of random direction and phase.</summary>
internal sealed class SmoothField
{
    private readonly (double X, double Y, double T, double Phase)[] waves;
    private readonly double amplitude;

    private SmoothField((double, double, double, double)[] waves, double amplitude)
    {
        this.waves = waves;
        this.amplitude = amplitude;
    }

    /// <summary>Draws a field with zero mean.</summary>
    /// <param name="random">Random numbers.</param>
    /// <param name="deviation">Standard deviation.</param>
    /// <param name="detail">Waves across a slice at most.</param>
    /// <param name="count">Number of waves.</param>
    /// <returns>The field.</returns>
    public static SmoothField Draw(SeededRandom random, double deviation, double detail, int count)
    {
        var waves = new (double, double, double, double)[count];
        for (var k = 0; k < count; k++)
        {
            var direction = 2 * Math.PI * random.Uniform();
            var frequency = 2 * Math.PI / 64 * detail * Math.Sqrt(random.Uniform());
            waves[k] = (frequency * Math.Cos(direction), frequency * Math.Sin(direction), 3 * random.Normal(), 2 * Math.PI * random.Uniform());
        }
        return new SmoothField(waves, deviation * Math.Sqrt(2.0 / count));
    }

    /// <summary>The value at a point of a 64-pixel slice.</summary>
    public double At(double x, double y, double t)
    {
        var sum = 0.0;
        foreach (var wave in waves)
            sum += Math.Cos(wave.X * x + wave.Y * y + wave.T * t + wave.Phase);
        return amplitude * sum;
    }
}
