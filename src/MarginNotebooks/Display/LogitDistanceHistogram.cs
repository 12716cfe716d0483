using MarginNotebooks.Metrics;
using static TorchSharp.torch;

namespace MarginNotebooks.Display;

/// <summary>Counts logit distances <c>d_k = max_j l_j − l_k</c>, apart for each pixel's true class and for all other classes.</summary>
/// <remarks>
/// Bins are (lower, upper], a distance of 0 is in the first, and the last holds everything beyond the range. A margin loss asks for
/// <c>d_k ≤ m</c>, so <see cref="ShareAbove"/> tells how often it is not met. The true class's distance is 0 exactly where the prediction is
/// right. Keeps counts and never the pixels; histograms of the same bins add up.
/// </remarks>
/// <example><code>
/// var distances = new LogitDistanceHistogram();
/// foreach (var (logits, labels) in batches)
///     distances.Add(logits, labels);            // (B, C, *S), (B, *S)
/// LogitDistanceChart.Draw([("CE", distances)], margin: 5)
/// </code></example>
public sealed class LogitDistanceHistogram
{
    private readonly long[] _true;
    private readonly long[] _others;

    /// <summary>An empty histogram.</summary>
    /// <param name="binWidth">Width of a bin, in logits.</param>
    /// <param name="bins">Number of bins before the one that holds the rest.</param>
    public LogitDistanceHistogram(double binWidth = 0.5, int bins = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (!(binWidth > 0) || double.IsInfinity(binWidth))
            throw new ArgumentOutOfRangeException(nameof(binWidth), binWidth, "A bin's width must be positive and finite.");
        (BinWidth, Bins, _true, _others) = (binWidth, bins, new long[bins + 1], new long[bins + 1]);
    }

    /// <summary>Width of a bin.</summary>
    public double BinWidth { get; }

    /// <summary>Number of bins before the one that holds the rest.</summary>
    public int Bins { get; }

    /// <summary>Distances of the true classes: one a pixel; the last entry counts those above <c>Bins · BinWidth</c>.</summary>
    public IReadOnlyList<long> OfTrueClass => _true;

    /// <summary>Distances of all other classes: C − 1 a pixel.</summary>
    public IReadOnlyList<long> OfOtherClasses => _others;

    /// <summary>Number of pixels.</summary>
    public long Pixels => _true.Sum();

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">Network output, <c>(B, C, *S)</c>, any floating type and device.</param>
    /// <param name="labels">True classes, <c>(B, *S)</c>, an integer type.</param>
    /// <param name="region">Which pixels count.</param>
    /// <param name="ignoreIndex">Label of pixels that never count; null when every label is a class.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a label is neither a class nor the ignored value.</exception>
    /// <exception cref="InvalidOperationException">Logits are not finite.</exception>
    public void Add(Tensor logits, Tensor labels, PixelRegion region = PixelRegion.All, long? ignoreIndex = 255)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (logits.dim() < 2 || logits.shape[1] < 2 || labels.dim() != logits.dim() - 1 || logits.shape[0] != labels.shape[0]
            || !logits.shape.Skip(2).SequenceEqual(labels.shape.Skip(1)))
            throw new ArgumentException($"Logits ({string.Join(", ", logits.shape)}) and labels ({string.Join(", ", labels.shape)}) do not fit: "
                + "expected (B, C, *S) with at least two classes, and (B, *S).");
        var classes = logits.shape[1];
        var flat = logits.detach().reshape(logits.shape[0], classes, -1).transpose(1, 2).reshape(-1, classes).to(ScalarType.Float32); // (N, C)
        var truth = labels.detach().reshape(-1).to(ScalarType.Int64).to(flat.device); // (N)
        var (largest, winner) = flat.max(-1); // (N)
        var counted = Counted(truth, winner, region, ignoreIndex);
        (flat, truth, largest) = (flat[counted], truth[counted], largest[counted]);
        if (truth.numel() == 0)
            return;
        var (lowest, highest) = (truth.min().item<long>(), truth.max().item<long>());
        if (lowest < 0 || highest >= classes)
            throw new ArgumentException($"Label {(lowest < 0 ? lowest : highest)} is outside 0…{classes - 1}"
                + (ignoreIndex is null ? "." : $" and is not the ignored value {ignoreIndex}."), nameof(labels));
        if (!flat.isfinite().all().item<bool>())
            throw new InvalidOperationException("Some logits are not finite: they have no distances. Training has probably diverged.");

        var distance = largest.unsqueeze(1) - flat; // (N, C)
        var bin = (distance.to(ScalarType.Float64) / BinWidth).ceil().sub(1).clamp(0, Bins).to(ScalarType.Int64);
        var ofTrue = bin.gather(1, truth.unsqueeze(1)).reshape(-1);
        var (all, mine) = (Counts(bin.reshape(-1)), Counts(ofTrue));
        for (var b = 0; b <= Bins; b++)
        {
            _true[b] += mine[b];
            _others[b] += all[b] - mine[b];
        }
    }

    /// <summary>Adds another histogram of the same bins.</summary>
    /// <param name="other">The other histogram.</param>
    /// <exception cref="ArgumentException">Its bins are others.</exception>
    public void Add(LogitDistanceHistogram other)
    {
        if (other.Bins != Bins || other.BinWidth != BinWidth)
            throw new ArgumentException(
                $"Cannot add {other.Bins} bins of width {other.BinWidth} to {Bins} bins of width {BinWidth}.", nameof(other));
        for (var b = 0; b <= Bins; b++)
        {
            _true[b] += other._true[b];
            _others[b] += other._others[b];
        }
    }

    /// <summary>The share of the other classes' distances above a margin: how often <c>d_k ≤ m</c> is not met.</summary>
    /// <param name="margin">m, a multiple of the bin width within the range: only there do the counts tell.</param>
    /// <returns>A number in [0, 1], NaN without pixels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not on the edge of a bin.</exception>
    public double ShareAbove(double margin)
    {
        var edge = margin / BinWidth;
        if (!(edge >= 0) || edge > Bins || edge != Math.Floor(edge))
            throw new ArgumentOutOfRangeException(nameof(margin), margin,
                $"The bins can tell margins that are multiples of {BinWidth} up to {Bins * BinWidth}; count with another bin width.");
        return (double)_others.Skip((int)edge).Sum() / _others.Sum();
    }

    private static Tensor Counted(Tensor truth, Tensor winner, PixelRegion region, long? ignoreIndex)
    {
        var annotated = ignoreIndex is { } ignored ? truth != ignored : ones_like(truth, ScalarType.Bool);
        return region switch
        {
            PixelRegion.All => annotated,
            PixelRegion.Foreground => annotated & (truth != 0),
            _ => annotated & ((truth != 0) | (winner != 0)),
        };
    }

    private long[] Counts(Tensor bins) => bincount(bins, null, Bins + 1).cpu().data<long>().ToArray();
}
