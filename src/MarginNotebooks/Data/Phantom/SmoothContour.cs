namespace MarginNotebooks.Data.Phantom;

/// <summary>A smooth random function of angle and position along the heart: a few Fourier modes whose phases turn slowly.</summary>
internal sealed class SmoothContour
{
    private readonly double[] amplitude;
    private readonly double[] phase;
    private readonly double[] turn;

    private SmoothContour(double[] amplitude, double[] phase, double[] turn)
    {
        this.amplitude = amplitude;
        this.phase = phase;
        this.turn = turn;
    }

    /// <summary>Draws a function with zero mean and about the given standard deviation.</summary>
    /// <param name="random">Random numbers.</param>
    /// <param name="deviation">Standard deviation over the angles.</param>
    /// <param name="modes">Highest number of waves around the circle.</param>
    /// <returns>The function.</returns>
    public static SmoothContour Draw(SeededRandom random, double deviation, int modes)
    {
        var amplitude = new double[modes];
        var phase = new double[modes];
        var turn = new double[modes];
        // Amplitudes fall as 1/(k+1), so that borders look drawn and not jagged. A mode has variance a²/2; together they have the one asked for.
        var total = Enumerable.Range(1, modes).Sum(k => 1.0 / (k * k));
        for (var k = 0; k < modes; k++)
        {
            amplitude[k] = deviation * Math.Sqrt(2 / total) / (k + 1) * random.Normal();
            phase[k] = 2 * Math.PI * random.Uniform();
            turn[k] = 2 * random.Normal();
        }
        return new SmoothContour(amplitude, phase, turn);
    }

    /// <summary>The value at an angle (radians) and a position along the heart.</summary>
    public double At(double angle, double t)
    {
        var sum = 0.0;
        for (var k = 0; k < amplitude.Length; k++)
            sum += amplitude[k] * Math.Cos((k + 1) * angle + phase[k] + turn[k] * t);
        return sum;
    }
}
