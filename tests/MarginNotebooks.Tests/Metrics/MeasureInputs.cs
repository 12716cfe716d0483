using MarginNotebooks.Metrics;

namespace MarginNotebooks.Tests.Metrics;

/// <summary>Pixels with probabilities and labels for tests of measures.</summary>
internal static class MeasureInputs
{
    /// <summary>Random probabilities; labels drawn from them, with the logits scaled afterwards: sharpness 1 is perfectly calibrated.</summary>
    internal static (float[][] Probabilities, byte[] Labels) Random(int seed, int n, int classes = 3, double sharpness = 1, double spread = 2)
    {
        var random = new Random(seed);
        var p = Enumerable.Range(0, classes).Select(_ => new float[n]).ToArray();
        var labels = new byte[n];
        for (var i = 0; i < n; i++)
        {
            var logits = new double[classes];
            for (var k = 0; k < classes; k++)
                logits[k] = spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var truth = Softmax(logits, 1);
            var draw = random.NextDouble();
            while (labels[i] < classes - 1 && (draw -= truth[labels[i]]) > 0)
                labels[i]++;
            var shown = Softmax(logits, sharpness);
            for (var k = 0; k < classes; k++)
                p[k][i] = (float)shown[k];
        }

        return (p, labels);
    }

    /// <summary>The same with probabilities in steps of 1/steps: many ties, many on bin edges.</summary>
    internal static (float[][] Probabilities, byte[] Labels) Tied(int seed, int n, int steps)
    {
        var (p, labels) = Random(seed, n, sharpness: 2);
        for (var i = 0; i < n; i++)
        {
            var (a, b) = (Math.Round(p[0][i] * steps), Math.Round(p[1][i] * steps));
            b = Math.Min(b, steps - a);
            (p[0][i], p[1][i], p[2][i]) = ((float)(a / steps), (float)(b / steps), (float)((steps - a - b) / steps));
        }

        return (p, labels);
    }

    internal static CalibrationEvidence Evidence((float[][] Probabilities, byte[] Labels) input) =>
        ScoredPixels.Of(input.Probabilities, input.Labels).All();

    internal static CalibrationEvidence Evidence((float[][] Probabilities, byte[] Labels) input, Func<int, bool> where)
    {
        var kept = Enumerable.Range(0, input.Labels.Length).Where(where).ToArray();
        return Evidence(([.. input.Probabilities.Select(row => kept.Select(i => row[i]).ToArray())], [.. kept.Select(i => input.Labels[i])]));
    }

    internal static (float[][] Probabilities, byte[] Labels) Shuffled((float[][] Probabilities, byte[] Labels) input, int seed)
    {
        var order = Enumerable.Range(0, input.Labels.Length).ToArray();
        new Random(seed).Shuffle(order);
        return ([.. input.Probabilities.Select(row => order.Select(i => row[i]).ToArray())], [.. order.Select(i => input.Labels[i])]);
    }

    internal static ConfidenceSample Sample(params (double Confidence, bool Correct)[] pixels) =>
        ConfidenceSample.OfGroups(pixels.Select(pixel => (pixel.Confidence, 1L, pixel.Correct ? 1L : 0L)));

    private static double[] Softmax(double[] logits, double sharpness)
    {
        var shifted = logits.Select(v => Math.Exp(sharpness * (v - logits.Max()))).ToArray();
        return [.. shifted.Select(v => v / shifted.Sum())];
    }
}
