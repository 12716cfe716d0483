using MarginNotebooks.Metrics;

namespace MarginNotebooks.Display;

/// <summary>How well a network segments one slice, and how sure it is.</summary>
/// <remarks>
/// DSC is <c>2|P∩R| / (|P| + |R|)</c> of each foreground class and their mean, classes that are in neither mask left out. Confidence and
/// accuracy are means over the pixels whose true or predicted label is not background: the network is over-confident there when the first is
/// greater. Pixels without annotation never count.
/// </remarks>
/// <param name="Dice">Mean DSC in [0, 1]; NaN when no class is in either mask.</param>
/// <param name="DiceOfClass">DSC of class 1, 2, …; NaN for a class in neither mask.</param>
/// <param name="Confidence">Mean confidence in [0, 1]; NaN without such pixels.</param>
/// <param name="Accuracy">Share of right pixels; NaN without such pixels.</param>
/// <param name="Pixels">Number of pixels whose true or predicted label is not background.</param>
public sealed record SliceScores(double Dice, IReadOnlyList<double> DiceOfClass, double Confidence, double Accuracy, int Pixels)
{
    /// <summary>Scores a prediction.</summary>
    /// <param name="truth">True class of each pixel, row-major <c>(H, W)</c>.</param>
    /// <param name="prediction">What the network says, of the same size.</param>
    /// <param name="classes">Number of classes without background.</param>
    /// <param name="ignoreLabel">Label of pixels without annotation.</param>
    /// <returns>The scores.</returns>
    /// <exception cref="ArgumentException">Prediction and truth differ in size.</exception>
    public static SliceScores Of(byte[] truth, SlicePrediction prediction, int classes, byte ignoreLabel = 255)
    {
        if (prediction.Labels.Length != truth.Length || prediction.Confidence.Length != truth.Length)
            throw new ArgumentException(
                $"The slice has {truth.Length} pixels, but '{prediction.Name}' has {prediction.Labels.Length} labels and {prediction.Confidence.Length} confidences.",
                nameof(prediction));
        int[] annotated = [.. Enumerable.Range(0, truth.Length).Where(p => truth[p] != ignoreLabel)];
        double[] dice =
        [
            .. Enumerable.Range(1, classes).Select(k => new Overlap(
                annotated.Count(p => truth[p] == k && prediction.Labels[p] == k),
                annotated.Count(p => prediction.Labels[p] == k),
                annotated.Count(p => truth[p] == k)).Dice),
        ];
        int[] counted = [.. annotated.Where(p => truth[p] != 0 || prediction.Labels[p] != 0)];
        return new SliceScores(
            dice.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average(), dice,
            counted.Select(p => (double)prediction.Confidence[p]).DefaultIfEmpty(double.NaN).Average(),
            counted.Select(p => truth[p] == prediction.Labels[p] ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average(),
            counted.Length);
    }
}
