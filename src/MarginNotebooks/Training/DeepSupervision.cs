using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>The loss of a network with several outputs: the weighted sum of the loss of each, and the same sum of each named term.</summary>
internal static class DeepSupervision
{
    /// <summary>What the network is compared with the labels on: one output, or all of an <see cref="IDeeplySupervised"/> network.</summary>
    internal static IReadOnlyList<SupervisedOutput> Outputs(nn.Module<Tensor, Tensor> model, Tensor images) =>
        model is IDeeplySupervised deep ? deep.ForwardAll(images) : [new SupervisedOutput(model.call(images), 1)];

    /// <summary>The loss; labels and image of a coarse output are every n-th row and column.</summary>
    internal static LossTerms Loss(SegmentationLoss loss, IReadOnlyList<SupervisedOutput> outputs, Tensor labels, Tensor images)
    {
        if (outputs is [{ Weight: 1 } only]) return loss.Forward(only.Logits, labels, images);
        Tensor? total = null;
        var parts = new List<KeyValuePair<string, Tensor>>();
        foreach (var output in outputs)
        {
            var terms = loss.Forward(output.Logits, Thinned(labels, output), Thinned(images, output));
            using Scalar weight = output.Weight;
            total = Sum(total, terms.Total * weight);
            for (var i = 0; i < terms.Parts.Count; i++)
            {
                var (name, value) = terms.Parts[i];
                // A term's value is only logged: no need to keep its graph.
                var weighted = value.detach() * weight;
                if (i < parts.Count) parts[i] = new(name, parts[i].Value + weighted);
                else parts.Add(new(name, weighted));
            }
        }
        return new(total!, parts);
    }

    private static Tensor Sum(Tensor? sum, Tensor term) => sum is null ? term : sum + term;

    private static Tensor Thinned(Tensor map, SupervisedOutput output) => output is { RowStride: 1, ColumnStride: 1 }
        ? map
        : map[TensorIndex.Ellipsis, TensorIndex.Slice(step: output.RowStride), TensorIndex.Slice(step: output.ColumnStride)].contiguous();
}
