using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class AclsLossTests
{
    private const int C = 4;
    private const double Margin = 1, Alpha = 0.5, First = 0.8, Second = 0.3;

    [Fact]
    public void Value_and_gradient_are_those_of_the_formula()
    {
        foreach (var fused in new[] { true, false })
        {
            using var scope = NewDisposeScope();
            var logits = (Tensors.Logits(1, ScalarType.Float64, 2, C, 3, 4) * 0.5).requires_grad_();
            var labels = Tensors.WithIgnored(Tensors.Classes(2, C, 2, 3, 4), 3, 255);
            var total = new AclsLoss(Margin, Alpha, First, Second) { IgnoreIndex = 255, Fused = fused }.Forward(logits, labels).Total;
            total.backward();
            var (values, classes) = (Tensors.Flat(logits), labels.data<long>().ToArray());
            var pixels = Transcription.Pixels(values, classes, C, 2);
            var expected = pixels.Average(p =>
            {
                var largest = p.Logits.Max();
                return Transcription.CrossEntropy(p.Logits, p.Label) + Alpha * (First * Square(largest - Margin)
                    + Second / (C - 1) * p.Logits.Where(l => l != largest).Sum(l => Square(largest - l - Margin)));
            });
            Close.Number(expected, total.item<double>(), 1e-10, 0, "value");
            // By hand: the predicted logit is a constant in the second penalty.
            var gradient = new double[values.Length];
            for (var b = 0; b < 2; b++)
                for (var s = 0; s < 12; s++)
                {
                    if (classes[b * 12 + s] == 255)
                        continue;
                    double[] l = [.. Enumerable.Range(0, C).Select(k => values[(b * C + k) * 12 + s])];
                    var (softmax, predicted) = (Transcription.Softmax(l), Transcription.Largest(l));
                    for (var k = 0; k < C; k++)
                        gradient[(b * C + k) * 12 + s] = (softmax[k] - (classes[b * 12 + s] == k ? 1 : 0)
                            + Alpha * (k == predicted ? First * 2 * Math.Max(0, l[k] - Margin)
                                : -Second / (C - 1) * 2 * Math.Max(0, l[predicted] - l[k] - Margin))) / pixels.Count;
                }

            Close.Array(gradient, Tensors.Flat(logits.grad!), 1e-9, 1e-14, "gradient");
        }
    }

    [Fact]
    public void Within_the_margins_it_is_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(4, ScalarType.Float32, 2, C, 3, 4);
        var labels = Tensors.Classes(5, C, 2, 3, 4);
        Assert.Equal(CrossEntropyLoss.Compute(logits, labels).item<float>(), AclsLoss.Compute(logits, labels, 100, 0.1, 1, 0.1).item<float>());
    }

    private static double Square(double x) => Math.Max(0, x) * Math.Max(0, x);
}
