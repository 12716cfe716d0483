using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>A loss against its formula written out in doubles, a pixel at a time: value, and gradient by central differences of the formula.</summary>
internal static class Transcription
{
    private const double Step = 1e-6;

    /// <summary>A formula: logits (B, C, S) and labels (B, S), both flat, to the total.</summary>
    public delegate double Formula(double[] logits, long[] labels);

    /// <param name="create">Makes the loss with an ignored label.</param>
    /// <param name="formula">The formula; pixels with the label 255 do not count.</param>
    /// <param name="shape">Shape of the logits.</param>
    /// <param name="spread">Logits lie in ±8·spread.</param>
    public static void Check(Func<long?, SegmentationLoss> create, Formula formula, long[] shape, double spread = 0.5)
    {
        foreach (var ignored in new long?[] { null, 255 })
            foreach (var fused in new[] { true, false })
            {
                using var scope = NewDisposeScope();
                var logits = (Tensors.Logits(71, ScalarType.Float64, shape) * spread).requires_grad_();
                var labels = Tensors.Classes(72, (int)shape[1], [shape[0], .. shape[2..]]);
                if (ignored is { } value)
                    labels = Tensors.WithIgnored(labels, 73, value);
                var loss = create(ignored);
                loss.Fused = fused;
                var total = loss.Forward(logits, labels).Total;
                total.backward();
                var (numbers, classes) = (Tensors.Flat(logits), labels.data<long>().ToArray());
                var where = $"{loss.Name}, ignoring {ignored?.ToString() ?? "nothing"}, {(fused ? "fused" : "tensors")}";
                Close.Number(formula(numbers, classes), total.item<double>(), 1e-10, 1e-12, where);
                Close.Array(Gradient(formula, numbers, classes), Tensors.Flat(logits.grad!), 1e-6, 1e-9, $"{where}, gradient");
            }
    }

    /// <summary>The counted pixels: their logits and their label.</summary>
    public static List<(double[] Logits, int Label)> Pixels(double[] logits, long[] labels, int classes, int samples)
    {
        var space = labels.Length / samples;
        List<(double[], int)> pixels = [];
        for (var b = 0; b < samples; b++)
            for (var s = 0; s < space; s++)
                if (labels[b * space + s] != 255)
                    pixels.Add(([.. Enumerable.Range(0, classes).Select(k => logits[(b * classes + k) * space + s])], (int)labels[b * space + s]));
        return pixels;
    }

    public static double[] Softmax(double[] logits)
    {
        var largest = logits.Max();
        double[] powers = [.. logits.Select(l => Math.Exp(l - largest))];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    public static double CrossEntropy(double[] logits, int label) => -Math.Log(Softmax(logits)[label]);

    public static int Largest(double[] values) => Array.IndexOf(values, values.Max());

    private static double[] Gradient(Formula formula, double[] logits, long[] labels)
    {
        double At(int i, double change)
        {
            var moved = (double[])logits.Clone();
            moved[i] += change;
            return formula(moved, labels);
        }

        return [.. Enumerable.Range(0, logits.Length).Select(i => (At(i, Step) - At(i, -Step)) / (2 * Step))];
    }
}
