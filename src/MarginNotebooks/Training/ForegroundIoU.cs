using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>Foreground mean intersection over union, with areas pooled over everything that was added; selects the best epoch.</summary>
/// <remarks>
/// <c>mean over classes k ≥ 1 of |P_k ∩ Y_k| / (|P_k ∪ Y_k| + 1e-10)</c>, P the arg-max prediction (ties go to the lowest class), Y the labels.
/// A class that occurs neither in prediction nor in labels counts as 0, as in the authors' code. Counts stay on the device until read.
/// </remarks>
public sealed class ForegroundIoU : IDisposable
{
    /// <summary>Label of pixels that nobody annotated; they are left out.</summary>
    public const long Unannotated = 255;

    private readonly int classes;
    private readonly long ignored;
    private readonly Tensor counts;

    /// <summary>Empty sums.</summary>
    /// <param name="classes">Classes K, background included; at least 2.</param>
    /// <param name="device">Device the logits will live on.</param>
    /// <param name="ignoreIndex">Label to leave out; 255 when null.</param>
    public ForegroundIoU(int classes, Device device, long? ignoreIndex = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        this.classes = classes;
        ignored = ignoreIndex ?? Unannotated;
        // One bin for each (label, prediction), one for labels out of range, one for ignored pixels.
        counts = zeros(classes * classes + 2, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">Logits <c>(B, K, *S)</c>.</param>
    /// <param name="labels">Classes <c>(B, *S) int64</c>.</param>
    public void Add(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var cell = labels * classes + logits.argmax(1);
        var outside = labels.lt(0).logical_or(labels.ge(classes));
        cell = cell.masked_fill(outside, (long)classes * classes).masked_fill(labels.eq(ignored), (long)classes * classes + 1);
        counts.add_(bincount(cell.flatten(), minlength: counts.shape[0]));
    }

    /// <summary>Intersection over union of each class, background first.</summary>
    /// <returns>K values in [0, 1].</returns>
    /// <exception cref="InvalidDataException">Labels outside 0 … K−1 were added.</exception>
    public double[] PerClass()
    {
        using var scope = NewDisposeScope();
        var table = counts.cpu().data<long>().ToArray();
        if (table[classes * classes] is > 0 and var strange)
            throw new InvalidDataException(
                $"{strange} pixels have labels outside 0 … {classes - 1} (and are not {ignored}, 'not annotated'): "
                + "the network has too few classes, or the label maps hold unexpected values.");
        return [.. Enumerable.Range(0, classes).Select(k =>
        {
            var labelled = Enumerable.Range(0, classes).Sum(j => table[k * classes + j]);
            var predicted = Enumerable.Range(0, classes).Sum(j => table[j * classes + k]);
            var both = table[k * classes + k];
            return both / (labelled + predicted - both + 1e-10);
        })];
    }

    /// <summary>Mean over the foreground classes.</summary>
    /// <returns>A value in [0, 1].</returns>
    public double Mean() => PerClass().Skip(1).Average();

    /// <summary>Disposes the counts.</summary>
    public void Dispose() => counts.Dispose();
}
