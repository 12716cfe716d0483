namespace MarginNotebooks.Calibration;

/// <summary><c>W x + b</c> of one pixel, where x are its logits or its log-probabilities.</summary>
/// <param name="Weights">W, row-major <c>(C, C)</c>.</param>
/// <param name="Offsets">b, <c>(C)</c>.</param>
/// <param name="OfLogProbabilities">Whether x are log-probabilities.</param>
internal sealed record AffineMap(double[] Weights, double[] Offsets, bool OfLogProbabilities)
{
    /// <summary>Divides by a temperature and adds nothing.</summary>
    internal static AffineMap Scaled(int classes, double temperature, bool ofLogProbabilities)
    {
        var weights = new double[classes * classes];
        for (var k = 0; k < classes; k++)
            weights[k * classes + k] = 1 / temperature;
        return new AffineMap(weights, new double[classes], ofLogProbabilities);
    }

    /// <summary>The inputs x of a pixel's logits, in place.</summary>
    internal void Prepare(Span<double> logits)
    {
        if (!OfLogProbabilities)
            return;
        var all = LogSum.Of(logits);
        for (var k = 0; k < logits.Length; k++)
            logits[k] -= all;
    }

    /// <summary><c>W x + b</c>.</summary>
    internal void Apply(ReadOnlySpan<double> x, Span<double> result)
    {
        var classes = x.Length;
        for (var k = 0; k < classes; k++)
        {
            var sum = Offsets[k];
            for (var j = 0; j < classes; j++)
                sum += Weights[k * classes + j] * x[j];
            result[k] = sum;
        }
    }

    /// <summary>Mean negative log-likelihood and its gradients.</summary>
    /// <returns>The mean; then C² derivatives by W and C by b.</returns>
    internal double[] Loss(PixelSample pixels)
    {
        var classes = pixels.Classes;
        var sums = pixels.Sum(1 + classes * classes + classes, (first, count, sum) =>
        {
            Span<double> x = stackalloc double[classes];
            Span<double> p = stackalloc double[classes];
            for (var i = first; i < first + count; i++)
            {
                pixels.Read(i, x);
                Prepare(x);
                Apply(x, p);
                var label = pixels.Labels[i];
                var all = LogSum.Of(p);
                sum[0] += all - p[label];
                for (var k = 0; k < classes; k++)
                {
                    var residual = Math.Exp(p[k] - all) - (k == label ? 1 : 0);
                    sum[1 + classes * classes + k] += residual;
                    for (var j = 0; j < classes; j++)
                        sum[1 + k * classes + j] += residual * x[j];
                }
            }
        });
        for (var i = 0; i < sums.Length; i++)
            sums[i] /= pixels.Count;
        return sums;
    }
}
