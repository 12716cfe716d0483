using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Logit distances <c>d_k = max_j l_j - l_k</c>, the quantity that margin losses bound.</summary>
internal static class LogitDistances
{
    /// <summary>All distances of a batch.</summary>
    /// <remarks>
    /// The maximum is differentiated too. It is taken with <c>max(dim)</c>, whose gradient goes to one index, the first of equal ones, as in the authors'
    /// code; <c>amax</c> would share it among ties.
    /// </remarks>
    /// <returns>(B, C, *S), all ≥ 0; exactly 0 at the largest logit.</returns>
    public static Tensor Of(PixelBatch batch)
    {
        var (largest, _) = batch.Logits.max(1, keepdim: true);
        return largest - batch.Logits;
    }
}
