using MarginNotebooks.Losses.Fused;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>A pixel-wise training objective: logits and labels in, one scalar with its named terms out.</summary>
/// <remarks>
/// Shapes: <c>logits (B, C, *S)</c> of a floating type, <c>labels (B, *S) int64</c>, with one or more spatial axes S, in any memory
/// layout. bfloat16 and half logits are computed in float32. On a CPU all terms are computed in one pass over the pixels, with a first
/// derivative only; elsewhere by libtorch's operations. Every loss of the kit keeps these promises:
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
    /// On a CPU the check is part of the pass over the pixels, costs nothing and is always done: a wrong label is an
    /// <see cref="ArgumentException"/>. On a GPU nobody waits for the check: a wrong label makes the loss NaN, and
    /// <see cref="LabelCheck.Range"/> then tells which label it was. Switched off there, a label out of range is a device-side assertion
    /// that ends the process. Shapes and types are always checked.
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

    /// <summary>Whether the trainer shall count the training labels for <see cref="ObserveClassCounts"/> before the first step.</summary>
    public virtual bool NeedsClassCounts => false;

    /// <summary>Tells how often each class occurs in the training slices; called once, before the first step of a run.</summary>
    /// <param name="pixels">Counted pixels of class 0, 1, …; classes beyond the last one that occurs may be missing.</param>
    public virtual void ObserveClassCounts(IReadOnlyList<long> pixels) { }

    /// <summary>A validation begins: what an earlier one that was not finished has left is forgotten.</summary>
    public virtual void BeginValidation() { }

    /// <summary>Looks at a batch of the validation slices; called without gradients, between <see cref="BeginValidation"/> and
    /// <see cref="EndEpoch"/>.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c> float.</param>
    /// <param name="labels">Classes, <c>(B, *S)</c> int64.</param>
    public virtual void ObserveValidation(Tensor logits, Tensor labels) { }

    /// <summary>Advances schedules and multipliers; the trainer calls it once after each epoch's validation.</summary>
    /// <param name="epoch">Zero-based number of the epoch that has just ended.</param>
    public virtual void EndEpoch(int epoch) { }

    /// <summary>State that a resumed run needs (schedules, multipliers), as plain numbers; empty when the loss has none.</summary>
    /// <returns>Name and value of each number.</returns>
    public virtual IReadOnlyDictionary<string, double> SaveState() => new Dictionary<string, double>();

    /// <summary>Restores what <see cref="SaveState"/> returned.</summary>
    /// <param name="state">Name and value of each number.</param>
    public virtual void LoadState(IReadOnlyDictionary<string, double> state) { }

    /// <summary>The loss's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public sealed override string ToString() => Name;

    /// <summary>False: libtorch operations on every device, as on a GPU; for comparisons.</summary>
    internal bool Fused { get; set; } = true;

    /// <summary>Evaluates the terms that a loss consists of.</summary>
    private protected LossTerms Evaluate(Tensor logits, Tensor labels, Tensor? image, params ReadOnlySpan<WeightedTerm> terms)
    {
        using var scope = NewDisposeScope();
        var scalars = LossEvaluation.Of(logits, labels, image, new(IgnoreIndex, CheckLabels, Fused), terms);
        var parts = new KeyValuePair<string, Tensor>[terms.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = new(terms[i].Name, scalars[i + 1].MoveToOuterDisposeScope());
        return new(scalars[0].MoveToOuterDisposeScope(), parts);
    }
}
