using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses.Fused;

/// <summary>How terms are evaluated.</summary>
/// <param name="IgnoreIndex">Label value whose pixels do not count; null for none.</param>
/// <param name="CheckLabels">Whether label values are checked where that costs something; see <see cref="SegmentationLoss.CheckLabels"/>.</param>
/// <param name="Fused">False: libtorch operations on every device.</param>
internal readonly record struct EvaluationOptions(long? IgnoreIndex, bool CheckLabels = true, bool Fused = true);

/// <summary>Chooses between the two ways of computing a loss: fused on a CPU, libtorch operations elsewhere.</summary>
internal static class LossEvaluation
{
    /// <summary>Total and terms; all tensors belong to the current dispose scope.</summary>
    /// <returns>Scalars with gradient: the weighted sum, then each term.</returns>
    public static Tensor[] Of(
        Tensor logits, Tensor labels, Tensor? image, EvaluationOptions options, ReadOnlySpan<WeightedTerm> terms) =>
        options.Fused && logits.device_type == DeviceType.CPU
            ? InOnePass(logits, labels, image, options, terms)
            : OnTensors(logits, labels, image, options, terms);

    private static Tensor[] InOnePass(
        Tensor logits, Tensor labels, Tensor? image, EvaluationOptions options, ReadOnlySpan<WeightedTerm> terms)
    {
        // The walk over the pixels checks the labels in passing.
        var batch = new PixelBatch(logits, labels, options.IgnoreIndex, checkLabels: false) { Fused = true };
        Tensor? targets = null;
        foreach (var part in terms)
            targets ??= part.Term.Targets(batch, image);
        IFusedPass pass = batch.Logits.dtype == ScalarType.Float32
            ? new FusedPass<float>(terms.ToArray(), options.IgnoreIndex)
            : new FusedPass<double>(terms.ToArray(), options.IgnoreIndex);
        var values = FusedFunction.apply(batch.Logits, pass, new FusedFunction.Others(labels, targets, batch.Logits.requires_grad && is_grad_enabled()));
        var scalars = new Tensor[terms.Length + 1];
        for (var i = 0; i < scalars.Length; i++)
            scalars[i] = values.select(0, i);
        return scalars;
    }

    private static Tensor[] OnTensors(
        Tensor logits, Tensor labels, Tensor? image, EvaluationOptions options, ReadOnlySpan<WeightedTerm> terms)
    {
        var batch = new PixelBatch(logits, labels, options.IgnoreIndex, options.CheckLabels);
        var scalars = new Tensor[terms.Length + 1];
        for (var t = 0; t < terms.Length; t++)
        {
            batch.Targets ??= terms[t].Term.Targets(batch, image);
            scalars[t + 1] = terms[t].Term.OnTensors(batch);
            // Held until the call is over: the collector may free a number's native handle while libtorch still reads it.
            using Scalar weight = terms[t].Weight;
            scalars[0] = t > 0 ? scalars[0].add(scalars[t + 1], weight)
                : terms[t].Weight == 1 ? scalars[1].alias()
                : scalars[1] * weight;
        }

        if (batch.Poison is { } poison)
            scalars[0] = scalars[0] + poison;
        return scalars;
    }
}
