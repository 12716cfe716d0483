using static TorchSharp.torch;

namespace MarginNotebooks.Metrics;

/// <summary>The authors' validation score: intersection over union of each foreground class from areas pooled over everything seen, then
/// the mean.</summary>
/// <remarks>
/// <c>IoU_k = I_k / (P_k + R_k − I_k + 1e-10)</c> with pixel counts summed over all slices; background is left out of the mean and pixels
/// with the ignored label out of every count. A class that never occurs gives 0. Source: authors' <c>segment_evaluator.py</c>.
/// </remarks>
public sealed class ForegroundMeanIoU
{
    private const double Epsilon = 1e-10;
    private readonly long[] _confusion; // row: true class, column: predicted class

    /// <summary>Empty counts.</summary>
    /// <param name="classes">Number of classes, background included.</param>
    /// <param name="ignoreIndex">Label of pixels that never count; null when every label is a class.</param>
    public ForegroundMeanIoU(int classes, long? ignoreIndex = 255)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
        IgnoreIndex = ignoreIndex;
        _confusion = new long[classes * classes];
    }

    /// <summary>Number of classes, background included.</summary>
    public int Classes { get; }

    /// <summary>Label of pixels that never count.</summary>
    public long? IgnoreIndex { get; }

    /// <summary>Mean foreground IoU in [0, 1].</summary>
    public double Value => Mean(areas => areas.Intersection / (areas.Union + Epsilon));

    /// <summary>Mean foreground Dice coefficient in [0, 1], from the same areas.</summary>
    public double Dice => Mean(areas => 2 * areas.Intersection / (areas.Result + areas.Reference + Epsilon));

    /// <summary>Mean share of each foreground class's pixels that are predicted as that class (the authors' "macc").</summary>
    public double Recall => Mean(areas => areas.Intersection / (areas.Reference + Epsilon));

    /// <summary>Intersection over union of the foreground classes' summed areas (the authors' per-batch "iou"): large classes weigh
    /// more.</summary>
    public double MicroIoU
    {
        get
        {
            var areas = Enumerable.Range(1, Classes - 1).Select(Areas).ToArray();
            return areas.Sum(a => a.Intersection) / (areas.Sum(a => a.Union) + Epsilon);
        }
    }

    /// <summary>The pooled areas of a class.</summary>
    /// <param name="index">The class.</param>
    /// <returns>Pixel counts.</returns>
    public Overlap Areas(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Classes, nameof(index));
        long result = 0, reference = 0;
        for (var k = 0; k < Classes; k++)
        {
            result += _confusion[k * Classes + index];
            reference += _confusion[index * Classes + k];
        }

        return new Overlap(_confusion[index * Classes + index], result, reference);
    }

    /// <summary>Adds predicted classes.</summary>
    /// <param name="predicted">Predicted classes, any shape and integer type.</param>
    /// <param name="labels">True classes, same shape.</param>
    /// <exception cref="ArgumentException">Shapes differ, or a value is neither a class nor the ignored label.</exception>
    public void Add(Tensor predicted, Tensor labels)
    {
        if (!predicted.shape.SequenceEqual(labels.shape))
            throw new ArgumentException(
                $"Predictions ({string.Join(", ", predicted.shape)}) and labels ({string.Join(", ", labels.shape)}) differ in shape.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var truth = labels.to(ScalarType.Int64).reshape(-1);
        var guess = predicted.to(labels.device).to(ScalarType.Int64).reshape(-1);
        if (IgnoreIndex is { } ignored)
        {
            var counted = truth != ignored;
            (truth, guess) = (truth[counted], guess[counted]);
        }

        if (truth.numel() == 0)
            return;
        CheckRange(truth, "Labels");
        CheckRange(guess, "Predictions");
        var cells = bincount(truth * Classes + guess, minlength: _confusion.Length).cpu().data<long>().ToArray();
        for (var i = 0; i < cells.Length; i++)
            _confusion[i] += cells[i];
    }

    /// <summary>Adds the most probable classes of network output.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c>.</param>
    /// <param name="labels">True classes, <c>(B, *S)</c>.</param>
    public void AddLogits(Tensor logits, Tensor labels)
    {
        using var predicted = logits.argmax(1);
        Add(predicted, labels);
    }

    private double Mean(Func<(double Intersection, double Union, double Result, double Reference), double> score) =>
        Enumerable.Range(1, Classes - 1).Select(Areas)
            .Average(a => score((a.Intersection, a.Union, a.Result, a.Reference)));

    private void CheckRange(Tensor values, string what)
    {
        long low = values.min().item<long>(), high = values.max().item<long>();
        if (low < 0 || high >= Classes)
            throw new ArgumentException(
                $"{what} run from {low} to {high}, but the classes are 0…{Classes - 1} and the ignored label is {IgnoreIndex}.");
    }
}
