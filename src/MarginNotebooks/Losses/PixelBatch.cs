using MarginNotebooks.Losses.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>
/// One batch as the terms of a loss share it: checked inputs, one log-softmax, the ignored pixels and the mean over the others.
/// </summary>
/// <remarks>
/// Everything works along axis 1 of <c>(B, C, *S)</c>, so channels-last strides are kept and nothing is copied to flatten it.
/// All tensors belong to the dispose scope in which the batch was made.
/// </remarks>
internal sealed class PixelBatch
{
    /// <summary>The label of ignored pixels, which no class mask matches.</summary>
    public const long NoClass = -100;

    private readonly Tensor checkedLabels;
    private Tensor? ignored;
    private Tensor? labels;
    private Tensor? logProbabilities;
    private Tensor? probabilities;
    private Tensor? oneHot;
    private Tensor? count;

    public PixelBatch(Tensor logits, Tensor labels, long? ignoreIndex, bool checkLabels = true)
    {
        LabelCheck.Shapes(logits, labels);
        IgnoreIndex = ignoreIndex;
        Logits = logits.dtype is ScalarType.Float32 or ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        Classes = logits.shape[1];
        checkedLabels = labels;
        if (checkLabels && labels.device_type == DeviceType.CPU)
            LabelCheck.Range(labels, Classes, ignoreIndex);
        else if (checkLabels && !LabelCheck.Known)
            (checkedLabels, Poison) = LabelCheck.Harmless(labels, Classes, ignoreIndex, Logits.dtype);
        SpatialRank = (int)logits.dim() - 2;
    }

    /// <summary>(B, C, *S), float32 or float64.</summary>
    public Tensor Logits { get; }

    /// <summary>(B, *S); ignored pixels hold a negative number that is no class.</summary>
    public Tensor Labels => labels ??= Ignored is null ? checkedLabels : checkedLabels.masked_fill(Ignored, NoClass);

    /// <summary>(B, *S) bool, true where the pixel does not count; null when all count.</summary>
    public Tensor? Ignored => IgnoreIndex is { } value ? ignored ??= checkedLabels == value : null;

    /// <summary>Scalar that is NaN when a label is wrong and 0 when none is; null where wrong labels are an error at once.</summary>
    public Tensor? Poison { get; }

    /// <summary>The labels as they came.</summary>
    public Tensor RawLabels => checkedLabels;

    public long? IgnoreIndex { get; }

    public long Classes { get; }

    public int SpatialRank { get; }

    /// <summary>Whether kernels compute what they can.</summary>
    public bool Fused { get; set; }

    /// <summary>(B, C, *S) what the labels around each pixel suggest, for the terms that ask; without gradient.</summary>
    public Tensor? Targets { get; set; }

    /// <summary>Axes 2, 3, … of (B, C, *S).</summary>
    public long[] SpatialAxes => [.. Enumerable.Range(2, SpatialRank).Select(axis => (long)axis)];

    /// <summary>(B, C, *S) natural logarithms of the softmax probabilities.</summary>
    public Tensor LogProbabilities => logProbabilities ??= nn.functional.log_softmax(Logits, 1);

    /// <summary>(B, C, *S) softmax probabilities.</summary>
    public Tensor Probabilities => probabilities ??= LogProbabilities.exp();

    /// <summary>(B, C, *S) of the logits' type: 1 at the class of each counted pixel, 0 elsewhere.</summary>
    public Tensor OneHot => oneHot ??= (Labels.unsqueeze(1) == ClassNumbers(SpatialRank)).to(Logits.dtype);

    /// <summary>Counted pixels, at least 1: the divisor of every mean.</summary>
    private Tensor Count => count ??= Ignored!.logical_not().sum().clamp_min(1).to(Logits.dtype);

    /// <summary>0, 1, … C-1 as (1, C, 1, …), broadcast against (B, C, *S).</summary>
    public Tensor ClassNumbers(int spatialRank)
    {
        long[] shape = [1, Classes, .. Enumerable.Repeat(1L, spatialRank)];
        return arange(Classes, dtype: ScalarType.Int64, device: Labels.device).view(shape);
    }

    /// <summary>(B, C', *S): the classes that count, without a copy.</summary>
    public Tensor Scored(Tensor perClass, Background background)
    {
        if (background == Background.Included)
            return perClass;
        if (Classes < 2)
            throw new ArgumentException($"Without background no class is left: the logits have shape {LabelCheck.Text(Logits)}.");
        return perClass.narrow(1, 1, Classes - 1);
    }

    /// <summary>(B, *S) negative log probability of the true class; 0 at ignored pixels.</summary>
    /// <remarks>
    /// Gathered rather than through <c>nll_loss</c>, which is no faster, fails in its backward pass on channels-last strides, and silently
    /// skips the label -100.
    /// </remarks>
    public Tensor NegativeLogLikelihood()
    {
        var index = Ignored is null ? Labels : Labels.masked_fill(Ignored, 0);
        var nll = LogProbabilities.gather(1, index.unsqueeze(1)).squeeze(1).neg();
        return Ignored is null ? nll : nll.masked_fill(Ignored, 0);
    }

    /// <summary>Sum over counted pixels of a value a pixel (B, *S).</summary>
    public Tensor Sum(Tensor perPixel) => Ignored is null ? perPixel.sum() : perPixel.masked_fill(Ignored, 0).sum();

    /// <summary>Mean over counted pixels of a value a pixel (B, *S).</summary>
    public Tensor Mean(Tensor perPixel) => DivideByCount(Sum(perPixel));

    /// <summary>Mean over counted pixels of the sum over classes of (B, C, *S).</summary>
    public Tensor MeanOfClassSums(Tensor perClass) => Ignored is null ? DivideByCount(perClass.sum()) : Mean(perClass.sum(1));

    /// <summary>Mean over counted pixels and all classes of (B, C, *S).</summary>
    public Tensor MeanOverClasses(Tensor perClass) => MeanOfClassSums(perClass) / Classes;

    /// <summary>A sum over counted pixels divided by their number (by 1 when there are none).</summary>
    public Tensor DivideByCount(Tensor sum) => Ignored is null ? sum / Math.Max(1, Labels.numel()) : sum / Count;

    /// <summary>The weighted sum of some terms.</summary>
    /// <returns>A scalar with gradient; the caller disposes it.</returns>
    public static Tensor Evaluate(
        Tensor logits, Tensor labels, long? ignoreIndex, Tensor? image, params ReadOnlySpan<WeightedTerm> terms)
    {
        using var scope = NewDisposeScope();
        return LossEvaluation.Of(logits, labels, image, new(ignoreIndex), terms)[0].MoveToOuterDisposeScope();
    }
}
