namespace MarginNotebooks.Calibration;

/// <summary>The temperature with the least negative log-likelihood of some pixels, in double precision.</summary>
/// <remarks>
/// In β = 1/T the likelihood <c>Σ log Σ_k exp(β (l_k − l_y))</c> is convex with derivatives <c>Σ (E_p l − l_y)</c> and <c>Σ Var_p
/// l</c>. Newton steps inside a bracket that every evaluation shrinks, and bisection where a step leaves it, find the one minimum and
/// cannot diverge.
/// </remarks>
internal static class TemperatureSolver
{
    /// <summary>Least temperature that is looked at.</summary>
    internal const double Least = 1e-3;

    /// <summary>Greatest temperature that is looked at.</summary>
    internal const double Most = 1e4;

    private const int Steps = 200;
    private const double Tolerance = 1e-13;

    /// <summary>Finds it.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="take">Which of them count; null for all.</param>
    /// <returns>The temperature and its mean loss; T = 1 and NaN without pixels.</returns>
    internal static TemperatureFit Solve(PixelSample pixels, Func<int, bool>? take = null)
    {
        var (low, high) = (1 / Most, 1 / Least);
        var (beta, move) = (1.0, double.PositiveInfinity);
        for (var step = 0; step < Steps; step++)
        {
            var (_, slope, bend, count) = At(pixels, beta, take);
            if (count == 0)
                return new TemperatureFit(1, double.NaN, false);
            // Nothing to go by at the start: equal logits, or none wrong by far. Later it means that β is too large for any to be wrong.
            if (slope == 0 && (bend > 0 || step == 0))
                break;
            (low, high) = slope > 0 ? (low, beta) : (beta, high);
            var next = beta - slope / bend;
            // Also where Newton's steps shrink too slowly, as far out in an exponential tail.
            if (!(next > low && next < high && Math.Abs(next - beta) < move / 2))
                next = Math.Sqrt(low * high);
            move = Math.Abs(next - beta);
            var done = Math.Abs(next - beta) <= Tolerance * beta || high <= low * (1 + Tolerance);
            beta = next;
            if (done)
                break;
        }
        var (loss, _, _, used) = At(pixels, beta, take);
        return new TemperatureFit(1 / beta, loss / used, beta * Most < 1.001 || beta * Least > 0.999);
    }

    private static (double Loss, double Slope, double Bend, double Count) At(PixelSample pixels, double beta, Func<int, bool>? take)
    {
        var sums = pixels.Sum(4, (first, count, sum) =>
        {
            Span<double> l = stackalloc double[pixels.Classes];
            for (var i = first; i < first + count; i++)
            {
                if (take?.Invoke(i) == false)
                    continue;
                pixels.Read(i, l);
                var most = double.NegativeInfinity;
                foreach (var value in l)
                    most = Math.Max(most, value);
                var (mass, mean, square) = (0.0, 0.0, 0.0);
                foreach (var value in l)
                {
                    var distance = value - most;
                    var weight = Math.Exp(beta * distance);
                    mass += weight;
                    mean += weight * distance;
                    square += weight * distance * distance;
                }
                (mean, square) = (mean / mass, square / mass);
                var truth = l[pixels.Labels[i]] - most;
                sum[0] += Math.Log(mass) - beta * truth;
                sum[1] += mean - truth;
                sum[2] += Math.Max(0, square - mean * mean);
                sum[3]++;
            }
        });
        return (sums[0], sums[1], sums[2], sums[3]);
    }
}
