using System.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace MarginNotebooks.Metrics;

/// <summary>A sum of point masses on [0, 1] as a cosine series, in which smoothing with a reflected Gaussian is a product.</summary>
/// <remarks>
/// The Gaussian that is reflected at 0 and 1 again and again is the heat kernel of the interval: it multiplies <c>cos πkt</c> by
/// <c>exp(−(πkσ)²/2)</c>. So <c>Σ_i m_i K_σ(t, x_i) = Σ_k c_k exp(−(πkσ)²/2) cos πkt</c> with <c>c_k = (2 − [k = 0]) Σ_i m_i cos πk x_i</c>.
/// The masses are spread linearly over a grid of 2^levels cells, whose effect on c_k is divided out.
/// </remarks>
internal sealed class CosineSeries
{
    private const double Negligible = 8; // (πkσ)²/2 beyond 32: terms below 2e-14
    private readonly double[] _coefficients;

    internal CosineSeries(ReadOnlySpan<double> positions, ReadOnlySpan<double> masses, int levels)
    {
        var cells = 1 << levels;
        var grid = new double[cells + 1];
        for (var i = 0; i < positions.Length; i++)
        {
            var at = positions[i] * cells;
            var cell = Math.Min(cells - 1, (int)at);
            grid[cell] += masses[i] * (cell + 1 - at);
            grid[cell + 1] += masses[i] * (at - cell);
        }

        // cos πk(j/M) summed with the masses.
        var sums = Cosines(grid);
        _coefficients = new double[cells / 4]; // linear spreading is good up to a part of the grid's own frequencies
        for (var k = 0; k < _coefficients.Length; k++)
        {
            var half = Math.PI * k / (2.0 * cells);
            var spread = k == 0 ? 1 : Math.Pow(Math.Sin(half) / half, 2);
            _coefficients[k] = (k == 0 ? 1 : 2) * sums[k] / spread;
        }
    }

    /// <summary>The smallest width for which no term that matters is missing.</summary>
    internal double SmallestWidth => Negligible / (Math.PI * _coefficients.Length);

    /// <summary>Values of the smoothed function at j/n for j = 0…n, at least 32 points a width.</summary>
    internal double[] Smoothed(double width)
    {
        var points = 64;
        while (points * width < 32)
            points *= 2;
        var terms = new double[points + 1];
        for (var k = 0; k < Math.Min(terms.Length, _coefficients.Length); k++)
        {
            var exponent = Math.PI * k * width;
            if (exponent > Negligible)
                break;
            terms[k] = _coefficients[k] * Math.Exp(-exponent * exponent / 2);
        }

        return Cosines(terms);
    }

    // out_k = Σ_j in_j cos(πjk/n), through a Fourier transform of the even extension, in which inner points stand twice.
    private static double[] Cosines(double[] values)
    {
        var n = values.Length - 1;
        var even = new Complex[2 * n];
        for (var j = 0; j <= n; j++)
        {
            var end = j == 0 || j == n;
            even[j] = values[j] * (end ? 2 : 1);
            if (!end)
                even[2 * n - j] = values[j];
        }

        Fourier.Forward(even, FourierOptions.NoScaling);
        var result = new double[n + 1];
        for (var k = 0; k <= n; k++)
            result[k] = even[k].Real / 2;
        return result;
    }
}
