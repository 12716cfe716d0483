using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Alternatives;

/// <summary>
/// Calibration errors as they are usually computed: the softmax of everything, then for each bin, and for each class and bin, a boolean mask over
/// all pixels.
/// </summary>
internal static class MaskCalibration
{
    /// <summary>ECE, class-wise ECE and adaptive ECE with the bins (lower, upper] of the published definitions.</summary>
    /// <param name="logits"><c>(B, C, *S)</c> float32.</param>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="bins">Bins of each measure.</param>
    /// <returns>The three errors.</returns>
    public static (double Ece, double Cece, double Aece) Of(Tensor logits, Tensor labels, int bins)
    {
        using var scope = NewDisposeScope();
        var classes = logits.shape[1];
        var probabilities = logits.softmax(1).transpose(0, 1).reshape(classes, -1); // (C, N)
        var truth = labels.reshape(-1);
        var (confidence, predicted) = probabilities.max(0);
        var correct = predicted.eq(truth).to(ScalarType.Float32);
        var edges = linspace(0, 1, bins + 1).data<float>().ToArray();
        var ece = Error(confidence, correct, edges);
        var cece = Enumerable.Range(0, (int)classes).Average(k =>
        {
            using var perClass = NewDisposeScope();
            return Error(probabilities[k], truth.eq(k).to(ScalarType.Float32), edges);
        });
        return (ece, cece, Error(confidence, correct, EqualMassEdges(confidence, bins)));
    }

    private static double Error(Tensor confidence, Tensor correct, float[] edges)
    {
        var total = (double)confidence.numel();
        var error = 0.0;
        for (var b = 0; b + 1 < edges.Length; b++)
        {
            using var scope = NewDisposeScope();
            var inside = confidence.gt(edges[b]).logical_and(confidence.le(edges[b + 1]));
            var count = inside.sum().item<long>();
            if (count == 0)
                continue;
            var gap = (double)correct[inside].mean().item<float>() - confidence[inside].mean().item<float>();
            error += Math.Abs(gap) * count / total;
        }
        return error;
    }

    // numpy.interp of n·i/K over the positions of the sorted confidences.
    private static float[] EqualMassEdges(Tensor confidence, int bins)
    {
        using var scope = NewDisposeScope();
        var sorted = confidence.sort(0).Values.data<float>().ToArray();
        return [.. Enumerable.Range(0, bins + 1).Select(i =>
        {
            var at = Math.Min((double)sorted.Length / bins * i, sorted.Length - 1);
            var below = (int)at;
            var above = Math.Min(below + 1, sorted.Length - 1);
            return (float)(sorted[below] + (sorted[above] - (double)sorted[below]) * (at - below));
        })];
    }
}
