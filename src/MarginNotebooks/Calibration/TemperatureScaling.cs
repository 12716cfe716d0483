using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Calibration;

/// <summary>Temperature scaling: one number T, fitted on validation data, by which all logits are divided. It never changes the
/// predicted class.</summary>
/// <remarks>
/// <para><c>T* = argmin_T mean −log softmax(l / T)_y</c>. Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017,
/// arXiv 1706.04599.</para>
/// <para>
/// The authors search a grid (<c>med_tester.py</c>, <c>net/temperature_scaling.py</c>); here the grid is offered to compare with them,
/// and says when its answer is its own end. <see cref="Fit"/> is the default for new work: as a function of 1/T the mean negative
/// log-likelihood is convex, so a bracketing search over log T finds its one minimum and cannot diverge.
/// </para>
/// <para>Shapes: <c>logits (B, C, *S) float</c>, <c>labels (B, *S) int64</c>; all pixels count, background included, but those of an
/// ignored label.</para>
/// <para><see cref="TemperatureCalibrator"/> is the form that is fitted, saved and loaded like every other calibrator.</para>
/// </remarks>
public static class TemperatureScaling
{
    private const double Least = 1e-3;
    private const double Most = 1e4;

    /// <summary>The authors' temperatures: 0.1, then 0.1 added 99 times in double arithmetic, rounding errors included.</summary>
    public static IReadOnlyList<double> AuthorsGrid { get; } = MakeGrid();

    /// <summary>The temperature with the least negative log-likelihood.</summary>
    /// <param name="batches">Logits and labels of validation data.</param>
    /// <param name="weighting">How batches are put together.</param>
    /// <param name="ignoreIndex">Label of pixels that do not count; null when every label is a class.</param>
    /// <returns>Temperature and mean negative log-likelihood in nats.</returns>
    /// <exception cref="ArgumentException">There is no batch.</exception>
    public static TemperatureFit Fit(IReadOnlyList<(Tensor Logits, Tensor Labels)> batches, BatchWeighting weighting = BatchWeighting.Pixels, long? ignoreIndex = null)
    {
        Check(batches, ignoreIndex);
        double Loss(double logT) => NegativeLogLikelihood(batches, Math.Exp(logT), weighting, ignoreIndex);

        // Golden-section search: each step keeps a bracket around the minimum and shrinks it by the golden ratio.
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (Math.Log(Least), Math.Log(Most));
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        var (atLeft, atRight) = (Loss(left), Loss(right));
        while (high - low > 1e-7)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - ratio * (high - low);
                atLeft = Loss(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + ratio * (high - low);
                atRight = Loss(right);
            }
        }
        var best = (low + high) / 2;
        return new TemperatureFit(Math.Exp(best), Loss(best), best - Math.Log(Least) < 1e-3 || Math.Log(Most) - best < 1e-3);
    }

    /// <summary>The temperature of a grid with the least negative log-likelihood; the first of equals.</summary>
    /// <param name="batches">Logits and labels of validation data.</param>
    /// <param name="grid">Temperatures to try; null for <see cref="AuthorsGrid"/>.</param>
    /// <param name="weighting">How batches are put together; the authors' search has <see cref="BatchWeighting.Batches"/>.</param>
    /// <param name="ignoreIndex">Label of pixels that do not count; null when every label is a class.</param>
    /// <returns>Temperature, its loss, and whether it is an end of the grid.</returns>
    /// <exception cref="ArgumentException">There is no batch.</exception>
    public static TemperatureFit Search(
        IReadOnlyList<(Tensor Logits, Tensor Labels)> batches, IReadOnlyList<double>? grid = null, BatchWeighting weighting = BatchWeighting.Batches,
        long? ignoreIndex = null)
    {
        Check(batches, ignoreIndex);
        return Search(grid ?? AuthorsGrid, temperature => NegativeLogLikelihood(batches, temperature, weighting, ignoreIndex));
    }

    /// <summary>The temperature of a grid with the least expected calibration error (15 bins, all pixels pooled), the authors' second
    /// search.</summary>
    /// <remarks>This error is a rugged function of T: prefer <see cref="Fit"/>.</remarks>
    /// <param name="batches">Logits and labels of validation data.</param>
    /// <param name="grid">Temperatures to try; null for <see cref="AuthorsGrid"/>.</param>
    /// <param name="ignoreIndex">Label of pixels that do not count; null when every label is a class.</param>
    /// <returns>Temperature, its error, and whether it is an end of the grid.</returns>
    /// <exception cref="ArgumentException">There is no batch.</exception>
    public static TemperatureFit SearchByCalibrationError(
        IReadOnlyList<(Tensor Logits, Tensor Labels)> batches, IReadOnlyList<double>? grid = null, long? ignoreIndex = null)
    {
        Check(batches, ignoreIndex);
        return Search(grid ?? AuthorsGrid, temperature =>
        {
            using var scope = NewDisposeScope();
            var sums = new CalibrationAccumulator((int)batches[0].Logits.shape[1], CalibrationRules.Authors, PixelRegion.All, ignoreIndex);
            foreach (var (logits, labels) in batches)
                sums.Add(logits / temperature, labels);
            return sums.Scores().Ece;
        });
    }

    /// <summary>Divides logits by a temperature.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="temperature">T, positive.</param>
    /// <returns>New logits.</returns>
    public static Tensor Apply(Tensor logits, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return logits / temperature;
    }

    /// <summary>Mean negative log-likelihood at a temperature, in double precision.</summary>
    /// <param name="batches">Logits and labels.</param>
    /// <param name="temperature">T, positive.</param>
    /// <param name="weighting">How batches are put together.</param>
    /// <param name="ignoreIndex">Label of pixels that do not count; null when every label is a class.</param>
    /// <returns>The mean, in nats; NaN without a pixel that counts. A batch without one has no mean and does not count either.</returns>
    public static double NegativeLogLikelihood(
        IReadOnlyList<(Tensor Logits, Tensor Labels)> batches, double temperature, BatchWeighting weighting, long? ignoreIndex = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        var (sum, pixels, means, used) = (0.0, 0L, 0.0, 0);
        foreach (var (logits, labels) in batches)
        {
            using var scope = NewDisposeScope();
            var logProbabilities = nn.functional.log_softmax(logits.to(ScalarType.Float64) / temperature, 1); // (B, C, *S)
            var counts = ignoreIndex is { } ignored ? labels != ignored : null;
            var count = counts is null ? labels.numel() : counts.sum().item<long>();
            if (count == 0)
                continue;
            var classes = counts is null ? labels : labels.where(counts, zeros_like(labels));
            var found = logProbabilities.gather(1, classes.unsqueeze(1)).squeeze(1);
            var total = -(counts is null ? found : found.masked_fill(~counts, 0)).sum().item<double>();
            sum += total;
            pixels += count;
            means += total / count;
            used++;
        }
        return weighting == BatchWeighting.Pixels ? sum / pixels : means / used;
    }

    internal static TemperatureFit Search(IReadOnlyList<double> grid, Func<double, double> criterion)
    {
        if (grid.Count == 0)
            throw new ArgumentException("The grid of temperatures is empty.", nameof(grid));
        var losses = grid.Select(criterion).ToArray();
        var best = Array.IndexOf(losses, losses.Min());
        return new TemperatureFit(grid[best], losses[best], best == 0 || best == grid.Count - 1);
    }

    private static void Check(IReadOnlyList<(Tensor Logits, Tensor Labels)> batches, long? ignoreIndex)
    {
        if (batches.Count == 0)
            throw new ArgumentException("A temperature needs at least one batch of validation data.", nameof(batches));
        foreach (var (logits, labels) in batches)
        {
            Losses.LabelCheck.Shapes(logits, labels);
            Losses.LabelCheck.Range(labels, logits.shape[1], ignoreIndex);
        }
    }

    private static double[] MakeGrid()
    {
        var grid = new double[100];
        grid[0] = 0.1;
        for (var i = 1; i < grid.Length; i++)
            grid[i] = grid[i - 1] + 0.1;
        return grid;
    }
}
