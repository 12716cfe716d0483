using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Annotated slices that a network is trained or validated on.</summary>
public interface ITrainingSource
{
    /// <summary>Number of slices.</summary>
    int Count { get; }

    /// <summary>The order in which an epoch visits the slices: a permutation of 0 … Count−1 that depends on the arguments alone.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Zero-based epoch.</param>
    /// <returns>Indices of slices.</returns>
    int[] EpochOrder(int seed, int epoch);

    /// <summary>Slices as tensors.</summary>
    /// <param name="indices">Slices wanted, in this order.</param>
    /// <param name="device">Device the tensors shall live on.</param>
    /// <returns>Images <c>(B, C, H, W) float32</c> and labels <c>(B, H, W) int64</c>; the caller disposes them.</returns>
    (Tensor images, Tensor labels) Batch(ReadOnlySpan<int> indices, Device device);
}
