using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>A pixel-wise training objective: logits and labels in, one scalar with its named terms out.</summary>
/// <remarks>
/// Shapes: <c>logits (B, C, *S)</c> of a floating type, <c>labels (B, *S) int64</c>, with one or more spatial axes S, in any memory
/// layout. bfloat16 and half logits are computed in float32. Every loss of the kit keeps these promises:
/// <list type="bullet">
/// <item>pixels whose label is <see cref="IgnoreIndex"/> count nowhere, neither in sums nor in pixel counts; one remaining pixel is
/// enough;</item>
/// <item>when no pixel remains the loss is 0 with a zero gradient, connected to the graph (the authors' code gives NaN, which would
/// poison the weights), so a batch without labelled pixels trains nothing and harms nothing;</item>
/// <item>a NaN logit of a counted pixel makes the loss NaN, so a trainer that looks at the value notices;</item>
/// <item>wrong shapes, types or label values are an <see cref="ArgumentException"/> that says which (see <see
/// cref="LabelCheck"/>).</item>
/// </list>
/// </remarks>
public abstract class SegmentationLoss
{
    /// <summary>Short name with hyper-parameters, for logs and tables, for example <c>MbLS (m=5)</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Label value whose pixels take no part in the loss; null when every pixel counts.</summary>
    public long? IgnoreIndex { get; init; }

    /// <summary>Whether each batch's label values are checked to lie in 0..C-1; true unless switched off.</summary>
    /// <remarks>
    /// On a GPU the check waits for the device once a batch. Switch it off for throughput once the data are known to be good: a label
    /// out of range then fails inside libtorch, or on CUDA as a device-side assertion that ends the process. Shapes and types are always
    /// checked.
    /// </remarks>
    public bool CheckLabels { get; init; } = true;

    /// <summary>Whether <see cref="Forward(Tensor, Tensor)"/> refuses because the loss also looks at the image.</summary>
    public virtual bool NeedsImage => false;

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c> float.</param>
    /// <param name="labels">Classes, <c>(B, *S)</c> int64.</param>
    /// <returns>Total and terms; the caller disposes them (or opens a dispose scope).</returns>
    public abstract LossTerms Forward(Tensor logits, Tensor labels);

    /// <summary>The loss of a batch whose image is at hand; the same as without it unless <see cref="NeedsImage"/>.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c> float.</param>
    /// <param name="labels">Classes, <c>(B, *S)</c> int64.</param>
    /// <param name="image">Network input, <c>(B, M, *S)</c> float.</param>
    /// <returns>Total and terms; the caller disposes them (or opens a dispose scope).</returns>
    public virtual LossTerms Forward(Tensor logits, Tensor labels, Tensor image) => Forward(logits, labels);

    /// <summary>Advances hyper-parameter schedules; the trainer calls it once after each epoch's validation.</summary>
    /// <param name="epoch">Zero-based number of the epoch that has just ended.</param>
    public virtual void EndEpoch(int epoch) { }

    /// <summary>State that a resumed run needs (schedules), as plain numbers; empty when the loss has none.</summary>
    /// <returns>Name and value of each number.</returns>
    public virtual IReadOnlyDictionary<string, double> SaveState() => new Dictionary<string, double>();

    /// <summary>Restores what <see cref="SaveState"/> returned.</summary>
    /// <param name="state">Name and value of each number.</param>
    public virtual void LoadState(IReadOnlyDictionary<string, double> state) { }

    /// <summary>The loss's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public sealed override string ToString() => Name;

    /// <summary>Checks the batch and prepares what the terms share; call it inside a dispose scope.</summary>
    private protected PixelBatch Prepare(Tensor logits, Tensor labels) => new(logits, labels, IgnoreIndex, CheckLabels);

    /// <summary>Moves total and parts out of the current dispose scope; a part that is the total itself gets its own handle.</summary>
    private protected static LossTerms Terms(Tensor total, params ReadOnlySpan<(string Name, Tensor Value)> parts)
    {
        var named = new KeyValuePair<string, Tensor>[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var value = ReferenceEquals(parts[i].Value, total) ? total.alias() : parts[i].Value;
            named[i] = new(parts[i].Name, value.MoveToOuterDisposeScope());
        }
        return new(total.MoveToOuterDisposeScope(), named);
    }
}
