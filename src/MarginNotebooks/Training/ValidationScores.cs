using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Training;

/// <summary>How well a network segments and how well it knows it, over all annotated validation pixels of one epoch.</summary>
/// <param name="Dice">Mean foreground Dice coefficient in [0, 1], from areas pooled over all slices.</param>
/// <param name="Ece">Expected calibration error of the pixels whose true label is foreground, 15 equal-width bins, in [0, 1].</param>
/// <param name="Nll">Mean negative log-likelihood of the same pixels, in nats.</param>
/// <param name="LogitDistance">Mean of the largest logit distance of the same pixels, <c>max_j l_j − min_k l_k</c>: what the margin bounds.</param>
public sealed record ValidationScores(double Dice, double Ece, double Nll, double LogitDistance);

/// <summary>Gathers <see cref="ValidationScores"/> batch by batch.</summary>
internal sealed class ValidationScoring(int classes, long? ignoreIndex)
{
    private readonly CalibrationAccumulator _calibration = new(classes, CalibrationRules.Sound, PixelRegion.Foreground, ignoreIndex);
    private double _distances;
    private long _pixels;

    /// <summary>Areas of the predicted and true classes; the score that chooses the kept epoch comes from them.</summary>
    internal ForegroundMeanIoU Areas { get; } = new(classes, ignoreIndex);

    /// <summary>Adds a batch.</summary>
    /// <param name="logits"><c>(B, K, H, W)</c>.</param>
    /// <param name="labels"><c>(B, H, W)</c>.</param>
    internal void Add(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        Areas.AddLogits(logits, labels);
        _calibration.Add(logits, labels);
        var counted = labels > 0;
        if (ignoreIndex is { } ignored)
            counted = counted.logical_and(labels != ignored);
        var distances = (logits.amax([1]) - logits.amin([1])).masked_select(counted);
        _distances += distances.to(ScalarType.Float64).sum().item<double>();
        _pixels += distances.numel();
    }

    /// <summary>The scores of everything added; NaN where there is no foreground.</summary>
    internal ValidationScores Scores()
    {
        if (_pixels == 0)
            return new ValidationScores(Areas.Dice, double.NaN, double.NaN, double.NaN);
        var scores = _calibration.Scores();
        return new ValidationScores(Areas.Dice, scores.Ece, scores.Nll, _distances / _pixels);
    }
}
