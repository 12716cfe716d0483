using static TorchSharp.torch;

namespace MarginNotebooks.Losses;

/// <summary>Checks that a batch's labels fit its logits; errors name the offending value and both shapes.</summary>
public static class LabelCheck
{
    // Set while a trainer knows from the data themselves which labels occur.
    [ThreadStatic]
    private static bool known;

    /// <summary>Checks types, devices and shapes; costs nothing on the device.</summary>
    /// <param name="logits">Must be <c>(B, C, *S)</c>, floating, with at least one class and one spatial axis.</param>
    /// <param name="labels">Must be <c>(B, *S)</c>, int64, on the same device.</param>
    /// <exception cref="ArgumentException">Something does not fit.</exception>
    public static void Shapes(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (!logits.is_floating_point())
            throw new ArgumentException(
                $"Logits must be of a floating type, but are {logits.dtype} of shape {Text(logits)}.", nameof(logits));
        if (logits.dim() < 3 || logits.shape[1] < 1)
            throw new ArgumentException(
                $"Logits must be (B, C, *S) with at least one class and one spatial axis, but have shape {Text(logits)}.", nameof(logits));
        if (labels.dtype != ScalarType.Int64)
            throw new ArgumentException(
                $"Labels must be int64 class numbers, but are {labels.dtype} of shape {Text(labels)}; "
                + "convert them with labels.to(ScalarType.Int64).",
                nameof(labels));
        if (!Matches(logits.shape, labels.shape))
            throw new ArgumentException(
                $"Labels of shape {Text(labels)} do not fit logits of shape {Text(logits)}; expected {ShapeText(Expected(logits.shape))}.",
                nameof(labels));
        if (labels.device_type != logits.device_type || labels.device_index != logits.device_index)
            throw new ArgumentException(
                $"Labels are on {labels.device}, logits on {logits.device}; move them to one device.", nameof(labels));
    }

    /// <summary>Checks that every label is a class or the ignored value; waits for the device once.</summary>
    /// <param name="labels"><c>(B, *S)</c> int64.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <param name="ignoreIndex">Label value that is allowed besides 0..C-1; null for none.</param>
    /// <exception cref="ArgumentException">A label lies outside 0..C-1; the message names it.</exception>
    public static void Range(Tensor labels, long classes, long? ignoreIndex)
    {
        if (!known && labels.numel() > 0)
            Examine(labels, classes, ignoreIndex);
    }

    /// <summary>Whether a trainer has checked all labels once.</summary>
    internal static bool Known => known;

    /// <summary>As <see cref="Range"/>, but in any case.</summary>
    internal static void Examine(Tensor labels, long classes, long? ignoreIndex)
    {
        using var scope = NewDisposeScope();
        var counted = ignoreIndex is { } ignored ? labels.masked_fill(labels == ignored, 0) : labels;
        var (min, max) = counted.aminmax();
        var ends = stack([min, max]).cpu().data<long>();
        var (lowest, highest) = (ends[0], ends[1]);
        if (lowest >= 0 && highest < classes)
            return;
        var wrong = lowest < 0 ? lowest : highest;
        throw new ArgumentException(
            $"Label {wrong} is outside 0..{classes - 1} (the logits have {classes} classes; "
            + $"labels of shape {Text(labels)} hold {lowest}..{highest}, "
            + $"ignored value: {(ignoreIndex is { } value ? value.ToString() : "none")}). "
            + "Map it to a class, or set IgnoreIndex if such pixels are to be left out.",
            nameof(labels));
    }

    /// <summary>Until disposed, batches on this thread are not looked at: the caller has checked all their labels once.</summary>
    /// <param name="present">The label values that occur.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <param name="ignoreIndex">Label value that is allowed besides 0..C-1; null for none.</param>
    /// <exception cref="ArgumentException">A label lies outside 0..C-1; the message names it.</exception>
    internal static IDisposable AreKnown(IReadOnlyList<byte> present, long classes, long? ignoreIndex)
    {
        using (var values = tensor(present.Select(value => (long)value).ToArray()))
            Range(values, classes, ignoreIndex);
        return new Knowledge();
    }

    private sealed class Knowledge : IDisposable
    {
        private readonly bool before = known;

        public Knowledge() => known = true;

        public void Dispose() => known = before;
    }

    /// <summary>Replaces wrong labels by class 0 and says so in a scalar, all on the device: nobody waits.</summary>
    /// <returns>Labels that are all classes or ignored, and a scalar that is NaN when one was not and 0 otherwise.</returns>
    internal static (Tensor Labels, Tensor Poison) Harmless(Tensor labels, long classes, long? ignoreIndex, ScalarType type)
    {
        var wrong = (labels < 0).logical_or_(labels >= classes);
        if (ignoreIndex is { } ignored)
            wrong = wrong.logical_and_(labels != ignored);
        var poison = zeros([], type, labels.device).masked_fill(wrong.any(), double.NaN);
        return (labels.masked_fill(wrong, 0), poison);
    }

    internal static string Text(Tensor tensor) => ShapeText(tensor.shape);

    private static string ShapeText(IEnumerable<long> shape) => $"({string.Join(", ", shape)})";

    private static IEnumerable<long> Expected(long[] logits) => logits.Where((_, axis) => axis != 1);

    private static bool Matches(long[] logits, long[] labels) =>
        labels.Length == logits.Length - 1 && labels[0] == logits[0] && labels.AsSpan(1).SequenceEqual(logits.AsSpan(2));
}
