using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Logit distances <c>d_k = max_j l_j - l_k</c>, the quantity that margin losses bound.</summary>
internal static class LogitDistances
{
    /// <summary>All distances of a batch, with gradient through the maximum too.</summary>
    /// <remarks>
    /// The maximum's gradient goes to one index, the first of equal ones, as in the authors' code; <c>amax</c> would share it among ties.
    /// </remarks>
    /// <returns>(B, C, *S), all ≥ 0; exactly 0 at the largest logit.</returns>
    public static Tensor Of(PixelBatch batch) => batch.Logits.gather(1, FirstLargest(batch, batch.Logits)) - batch.Logits;

    /// <summary>Class number of the largest value, usually the logit, the first of equal ones, (B, 1, *S).</summary>
    /// <remarks>
    /// The same as <c>max(1)</c>'s indices, but on a CPU several times faster: two plain maxima, the second over C - k at the classes that
    /// reach the first. A pixel with a NaN reaches nothing; any index will do, since its distances are NaN whichever it is.
    /// </remarks>
    /// <param name="batch">Knows the classes.</param>
    /// <param name="values">(B, C, *S): the logits, or others.</param>
    public static Tensor FirstLargest(PixelBatch batch, Tensor values)
    {
        using var noGrad = no_grad();
        var largest = values.amax([1], keepdim: true);
        var type = batch.Classes <= byte.MaxValue ? ScalarType.Byte : ScalarType.Int32;
        var rank = (batch.Classes - batch.ClassNumbers(batch.SpatialRank)).to(type);
        var first = ((values == largest) * rank).amax([1], keepdim: true);
        return (batch.Classes - first.to(ScalarType.Int64)).clamp_max_(batch.Classes - 1);
    }
}
