using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

public sealed class SdcCalibrationLossTests
{
    private const int C = 3;

    public static TheoryData<string> Shapes => ["7", "5,6", "1,4", "2,2", "3,4,5", "1,1"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Targets_follow_the_definition(string text)
    {
        using var scope = NewDisposeScope();
        long[] space = [.. text.Split(',').Select(long.Parse)];
        foreach (var ignored in new long?[] { null, 255, 0 })
        {
            var labels = Tensors.Classes(5, C, [2, .. space]);
            if (ignored is { } value)
                labels = Tensors.WithIgnored(labels, 6, value);
            long[] shape = [2, C, .. space];
            var plain = BoundaryShares.Targets(new PixelBatch(zeros(shape), labels, ignored), null);
            var fused = BoundaryShares.Targets(new PixelBatch(zeros(shape), labels, ignored) { Fused = true }, null);
            var expected = Reference(labels.data<long>().ToArray(), space, ignored);
            Close.Array(expected, Tensors.Flat(plain), 1e-6, 1e-7, $"{text}, ignoring {ignored}, tensors");
            Close.Array(expected, Tensors.Flat(fused), 1e-6, 1e-7, $"{text}, ignoring {ignored}, fused");
            Assert.Equal(Tensors.Flat(fused), Tensors.Flat(SdcCalibrationLoss.Targets(labels, C, ignored)));
        }
    }

    [Fact]
    public void Value_and_gradient_are_those_of_the_formula() =>
        Transcription.Check(ignored => new SdcCalibrationLoss(0.7) { IgnoreIndex = ignored }, (logits, labels) =>
        {
            var targets = Reference(labels, [4, 5], 255);
            double total = 0;
            var counted = 0;
            for (var b = 0; b < 2; b++)
                for (var s = 0; s < 20; s++)
                {
                    if (labels[b * 20 + s] == 255)
                        continue;
                    counted++;
                    double[] l = [.. Enumerable.Range(0, C).Select(k => logits[(b * C + k) * 20 + s])];
                    var softmax = Transcription.Softmax(l);
                    total += Transcription.CrossEntropy(l, (int)labels[b * 20 + s])
                        + 0.7 * Enumerable.Range(0, C).Average(k => Math.Abs(targets[(b * C + k) * 20 + s] - softmax[k]));
                }

            return total / counted;
        }, [2, C, 4, 5]);

    [Fact]
    public void Far_from_boundaries_the_gradient_is_that_of_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var logits = Tensors.Logits(7, ScalarType.Float64, 1, C, 4, 5);
        var labels = ones([1, 4, 5], ScalarType.Int64);
        Close.Array(Gradient(new CrossEntropyLoss(), logits, labels), Gradient(new SdcCalibrationLoss(0.5), logits, labels), 1e-9, 1e-12, "interior");
    }

    private static double[] Gradient(SegmentationLoss loss, Tensor logits, Tensor labels)
    {
        var leaf = logits.clone().requires_grad_();
        loss.Forward(leaf, labels).Total.backward();
        return Tensors.Flat(leaf.grad!);
    }

    /// <summary>The definition, a pixel and a neighbour at a time.</summary>
    private static double[] Reference(long[] labels, long[] space, long? ignored)
    {
        var pixels = (int)space.Aggregate(1L, (product, length) => product * length);
        var samples = labels.Length / pixels;
        var result = new double[samples * C * pixels];
        for (var b = 0; b < samples; b++)
        {
            var of = labels[(b * pixels)..((b + 1) * pixels)];
            var gradient = new double[C, pixels];
            for (var i = 0; i < pixels; i++)
                for (var k = 0; k < C && of[i] != ignored; k++)
                {
                    long[] near = [.. Neighbours(i, space, mirrored: false).Select(j => of[j]).Where(label => label != ignored)];
                    gradient[k, i] = near.Contains(k) && near.Any(label => label != k) ? 1 : 0;
                }

            for (var i = 0; i < pixels; i++)
            {
                double[] sums = [.. Enumerable.Range(0, C).Select(k => Neighbours(i, space, mirrored: true).Sum(j => gradient[k, j]))];
                for (var k = 0; k < C; k++)
                    result[(b * C + k) * pixels + i] = sums.Sum() == 0 ? 0 : sums[k] / sums.Sum();
            }
        }

        return result;
    }

    private static IEnumerable<int> Neighbours(int pixel, long[] space, bool mirrored)
    {
        IEnumerable<int> found = [0];
        var rest = pixel;
        var stride = (int)space.Aggregate(1L, (product, length) => product * length);
        foreach (var length in space)
        {
            stride /= (int)length;
            var at = rest / stride;
            rest %= stride;
            int[] steps = [.. new[] { at - 1, at, at + 1 }
                .Select(x => mirrored && length > 1 ? (x < 0 ? -x : x >= length ? 2 * ((int)length - 1) - x : x) : mirrored ? 0 : x)
                .Where(x => x >= 0 && x < length)];
            found = [.. found.SelectMany(from => steps.Select(step => from * (int)length + step))];
        }

        return found;
    }
}
