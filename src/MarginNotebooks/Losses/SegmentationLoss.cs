using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>A pixel-wise training objective: logits and labels in, one scalar with its named terms out.</summary>
/// <remarks>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>, with any number of spatial axes S.</remarks>
public abstract class SegmentationLoss
{
    /// <summary>Short name with hyper-parameters, for logs and tables, for example <c>MbLS (m=5)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Label value whose pixels take no part in the loss; null when every pixel counts.</summary>
    public long? IgnoreIndex { get; init; }

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c> float.</param>
    /// <param name="labels">Classes, <c>(B, *S)</c> int64.</param>
    /// <returns>Total and terms; the caller disposes them (or opens a dispose scope).</returns>
    public abstract LossTerms Forward(Tensor logits, Tensor labels);

    /// <summary>Advances hyper-parameter schedules; the trainer calls it once after each epoch's validation.</summary>
    /// <param name="epoch">Zero-based number of the epoch that has just ended.</param>
    public virtual void EndEpoch(int epoch) { }

    /// <summary>State that a resumed run needs (schedules), as plain numbers; empty when the loss has none.</summary>
    /// <returns>Name and value of each number.</returns>
    public virtual IReadOnlyDictionary<string, double> SaveState() => new Dictionary<string, double>();

    /// <summary>Restores what <see cref="SaveState"/> returned.</summary>
    /// <param name="state">Name and value of each number.</param>
    public virtual void LoadState(IReadOnlyDictionary<string, double> state) { }
}
