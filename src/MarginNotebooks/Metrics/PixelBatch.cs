using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>A batch on the managed side: probabilities, predictions and per-pixel scores, computed once and shared by all
/// accumulators.</summary>
/// <remarks>Pixels run over <c>(B, *S)</c>, row-major; class k's probability of pixel s of sample b is at <c>(b·C + k)·S + s</c>.</remarks>
internal sealed class PixelBatch
{
    private PixelBatch(int samples, int classes, int spatial, float[] probabilities, short[] labels)
    {
        Samples = samples;
        Classes = classes;
        Spatial = spatial;
        Probabilities = probabilities;
        Labels = labels;
        Predicted = new byte[labels.Length];
        Confidence = new float[labels.Length];
        NegativeLogLikelihood = new double[labels.Length];
        Brier = new double[labels.Length];
    }

    internal const short Ignored = -1;

    internal int Samples { get; }

    internal int Classes { get; }

    internal int Spatial { get; }

    internal float[] Probabilities { get; }

    /// <summary>True classes, <see cref="Ignored"/> where not annotated.</summary>
    internal short[] Labels { get; }

    /// <summary>Most probable class, the first one on ties.</summary>
    internal byte[] Predicted { get; }

    internal float[] Confidence { get; }

    internal double[] NegativeLogLikelihood { get; }

    internal double[] Brier { get; }

    internal static PixelBatch From(Tensor logits, Tensor labels, int classes, long? ignoreIndex)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        CheckShapes(logits, labels, classes);
        var samples = (int)logits.shape[0];
        var spatial = checked((int)(labels.numel() / Math.Max(1, samples)));
        var values = logits.detach().to(ScalarType.Float32).reshape(samples, classes, spatial); // (B, C, S)
        var logitArray = ToArray<float>(values);
        var probabilityArray = ToArray<float>(values.softmax(1));
        var labelArray = Labelled(ToArray<long>(labels.detach().to(ScalarType.Int64)), classes, ignoreIndex);
        var batch = new PixelBatch(samples, classes, spatial, probabilityArray, labelArray);
        try
        {
            Parallel.For(0, samples, b => batch.ScoreSample(b, logitArray));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return batch;
    }

    internal bool[] InRegion(PixelRegion region)
    {
        var inside = new bool[Labels.Length];
        for (var i = 0; i < inside.Length; i++)
            inside[i] = Labels[i] != Ignored && region switch
            {
                PixelRegion.All => true,
                PixelRegion.Foreground => Labels[i] != 0,
                _ => Labels[i] != 0 || Predicted[i] != 0,
            };
        return inside;
    }

    private static void CheckShapes(Tensor logits, Tensor labels, int classes)
    {
        static string Text(Tensor t) => $"({string.Join(", ", t.shape)})";
        if (logits.dim() < 2 || labels.dim() != logits.dim() - 1)
            throw new ArgumentException($"Logits {Text(logits)} and labels {Text(labels)} do not fit: expected (B, C, *S) and (B, *S).");
        if (logits.shape[1] != classes)
            throw new ArgumentException($"Logits {Text(logits)} have {logits.shape[1]} classes, but {classes} were announced.");
        if (logits.shape[0] != labels.shape[0] || !logits.shape.Skip(2).SequenceEqual(labels.shape.Skip(1)))
            throw new ArgumentException($"Logits {Text(logits)} and labels {Text(labels)} differ in batch size or in space.");
        if (labels.is_floating_point() || labels.is_complex())
            throw new ArgumentException($"Labels have type {labels.dtype}; expected class numbers of an integer type.");
    }

    private static T[] ToArray<T>(Tensor tensor)
        where T : unmanaged => tensor.numel() == 0 ? [] : tensor.cpu().contiguous().data<T>().ToArray();

    private static short[] Labelled(long[] labels, int classes, long? ignoreIndex)
    {
        var result = new short[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var label = labels[i];
            if (label == ignoreIndex)
                result[i] = Ignored;
            else if (label >= 0 && label < classes)
                result[i] = (short)label;
            else
                throw new ArgumentException(
                    $"Label {label} at pixel {i} is outside 0…{classes - 1}"
                    + (ignoreIndex is null ? "." : $" and is not the ignored value {ignoreIndex}.")
                    + " Check the number of classes, or map the label when the data are prepared.");
        }

        return result;
    }

    private void ScoreSample(int b, float[] logits)
    {
        var first = b * Spatial;
        for (var s = 0; s < Spatial; s++)
        {
            var at = (long)b * Classes * Spatial + s;
            float best = Probabilities[at];
            double total = 0, squares = 0;
            var winner = 0;
            for (var k = 0; k < Classes; k++)
            {
                var p = Probabilities[at + (long)k * Spatial];
                total += p;
                squares += (double)p * p;
                if (p > best)
                    (best, winner) = (p, k);
            }

            if (double.IsNaN(total))
                throw NotFinite(b, s, logits);
            Predicted[first + s] = (byte)winner;
            Confidence[first + s] = best;
            var label = Labels[first + s];
            if (label == Ignored)
                continue;
            // From 1 − p of the other classes where p is close to 1: float32 has no digits left there.
            var logBest = best > 0.5f ? Math.Log(1 - Math.Min(total - best, 0.5)) : Math.Log(best);
            var difference = (double)logits[at + (long)winner * Spatial] - logits[at + (long)label * Spatial];
            NegativeLogLikelihood[first + s] = difference - logBest;
            Brier[first + s] = squares - 2.0 * Probabilities[at + (long)label * Spatial] + 1;
        }
    }

    private InvalidOperationException NotFinite(int b, int s, float[] logits)
    {
        var values = Enumerable.Range(0, Classes).Select(k => logits[((long)b * Classes + k) * Spatial + s]);
        return new InvalidOperationException(
            $"The logits of pixel {s} of sample {b} are ({string.Join(", ", values)}): they give no probabilities. "
            + "Training has probably diverged; lower the learning rate or clip gradients.");
    }
}
