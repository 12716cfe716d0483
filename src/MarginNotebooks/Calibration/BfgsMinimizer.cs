namespace MarginNotebooks.Calibration;

/// <summary>Where a smooth function is smallest, as far as it was followed.</summary>
/// <param name="Point">The best point seen.</param>
/// <param name="Value">Its value.</param>
/// <param name="GradientNorm">Largest component of the gradient there.</param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="Converged">Whether the gradient met the tolerance.</param>
internal sealed record Minimum(double[] Point, double Value, double GradientNorm, int Iterations, bool Converged);

/// <summary>
/// Minimises a smooth function with BFGS updates and a line search for the weak Wolfe conditions by bisection (Lewis and Overton,
/// Mathematical Programming 141, 2013), in double precision.
/// </summary>
/// <remarks>
/// Every accepted step lowers the function, so the result is never worse than the start and cannot diverge; for a convex function it is
/// the global minimum. Near it, where rounding hides what a step gains, the gradient decides (the approximate Wolfe condition of Hager
/// and Zhang, SIAM J. Optimization 16, 2005). Where nothing is left to gain it returns what it has, which MathNet's minimisers answer
/// with an exception.
/// </remarks>
internal static class BfgsMinimizer
{
    private const double Decrease = 1e-4;
    private const double Curvature = 0.9;
    private const double Rounding = 1e-14;
    private const int LineSteps = 60;

    /// <summary>The function at a point; fills its gradient.</summary>
    internal delegate double Function(double[] point, double[] gradient);

    /// <summary>Minimises.</summary>
    /// <param name="function">The function.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="tolerance">Largest component of the gradient at which to stop.</param>
    /// <param name="maxIterations">Most steps.</param>
    internal static Minimum Minimize(Function function, double[] start, double tolerance, int maxIterations)
    {
        var n = start.Length;
        var x = (double[])start.Clone();
        var gradient = new double[n];
        var value = function(x, gradient);
        var inverse = Identity(n, 1);
        var fresh = true;
        for (var iteration = 0; ; iteration++)
        {
            var norm = Norm(gradient);
            if (norm <= tolerance || iteration == maxIterations)
                return new Minimum(x, value, norm, iteration, norm <= tolerance);
            var direction = Times(inverse, gradient, -1);
            if (!(Dot(direction, gradient) < 0))
            {
                (inverse, fresh) = (Identity(n, 1), true);
                direction = [.. gradient.Select(g => -g)];
            }
            // The first step has no scale yet: of length 1 at most.
            var step = fresh ? Math.Min(1, 1 / Math.Sqrt(Dot(gradient, gradient))) : 1;
            if (Search(function, x, value, gradient, direction, step) is not var (point, lower, slope))
            {
                if (fresh)
                    return new Minimum(x, value, norm, iteration, false);
                (inverse, fresh) = (Identity(n, 1), true);
                continue;
            }
            var s = Minus(point, x);
            var y = Minus(slope, gradient);
            var sy = Dot(s, y);
            if (sy > 0)
            {
                if (fresh)
                    inverse = Identity(n, sy / Dot(y, y));
                Update(inverse, s, y, sy);
                fresh = false;
            }
            (x, value, gradient) = (point, lower, slope);
        }
    }

    /// <summary>A step that lowers the function; null when rounding leaves none.</summary>
    private static (double[] Point, double Value, double[] Gradient)? Search(
        Function function, double[] x, double value, double[] gradient, double[] direction, double step)
    {
        var slope = Dot(gradient, direction);
        var (low, high) = (0.0, double.PositiveInfinity);
        (double[], double, double[])? best = null;
        for (var trial = 0; trial < LineSteps; trial++)
        {
            var point = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
                point[i] = x[i] + step * direction[i];
            var at = new double[x.Length];
            var reached = function(point, at);
            var along = Dot(at, direction);
            var lower = reached < value && reached <= value + Decrease * step * slope;
            var alike = reached <= value + Rounding * Math.Abs(value) && along <= (2 * Decrease - 1) * slope;
            if (!(double.IsFinite(reached) && (lower || alike)))
            {
                high = step;
            }
            else
            {
                best = (point, reached, at);
                if (along >= Curvature * slope)
                    return best;
                low = step;
            }
            step = double.IsFinite(high) ? (low + high) / 2 : 2 * low;
        }
        return best;
    }

    private static void Update(double[,] inverse, double[] s, double[] y, double sy)
    {
        var n = s.Length;
        var hy = Times(inverse, y, 1);
        var factor = (1 + Dot(y, hy) / sy) / sy;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                inverse[i, j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy;
    }

    private static double[,] Identity(int n, double scale)
    {
        var matrix = new double[n, n];
        for (var i = 0; i < n; i++)
            matrix[i, i] = scale;
        return matrix;
    }

    private static double[] Times(double[,] matrix, double[] vector, double factor)
    {
        var result = new double[vector.Length];
        for (var i = 0; i < vector.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < vector.Length; j++)
                sum += matrix[i, j] * vector[j];
            result[i] = factor * sum;
        }
        return result;
    }

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static double Norm(double[] vector) => vector.Length == 0 ? 0 : vector.Max(Math.Abs);
}
