using static TorchSharp.torch;

namespace MarginNotebooks.Models;

/// <summary>
/// A network with several outputs in training, each of which is compared with the labels; called as a module it has one output, which is
/// what evaluation uses.
/// </summary>
public interface IDeeplySupervised
{
    /// <summary>All outputs that take part in the loss.</summary>
    /// <param name="input">Images <c>(B, C, H, W) float</c>.</param>
    /// <returns>The outputs, the one at full size first; their weights sum to 1.</returns>
    IReadOnlyList<SupervisedOutput> ForwardAll(Tensor input);
}

/// <summary>One output of a network in training.</summary>
/// <param name="Logits">
/// <c>(B, K, ⌈H/r⌉, ⌈W/c⌉)</c> for r and c below: the prediction for every r-th row and c-th column of the image, the first included.
/// </param>
/// <param name="Weight">Weight of its loss.</param>
/// <param name="RowStride">r, 1 at full size.</param>
/// <param name="ColumnStride">c, 1 at full size.</param>
public readonly record struct SupervisedOutput(Tensor Logits, double Weight, int RowStride = 1, int ColumnStride = 1);
