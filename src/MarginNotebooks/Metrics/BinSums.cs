namespace MarginNotebooks.Metrics;

/// <summary>Sums over the pixels that fell into each confidence bin: all that binned calibration errors and reliability diagrams
/// need.</summary>
/// <remarks>Additive: the sums of two sets of pixels are the element-wise sums, so volumes can be streamed and pooled.</remarks>
public sealed class BinSums
{
    /// <summary>Empty sums.</summary>
    /// <param name="bins">Number of equal-width bins over (0, 1].</param>
    public BinSums(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        Count = new long[bins];
        Confidence = new double[bins];
        Correct = new double[bins];
    }

    /// <summary>Number of bins.</summary>
    public int Bins => Count.Length;

    /// <summary>Pixels in each bin.</summary>
    public long[] Count { get; }

    /// <summary>Sum of the confidences in each bin.</summary>
    public double[] Confidence { get; }

    /// <summary>Sum of the 0/1 correctness in each bin.</summary>
    public double[] Correct { get; }

    /// <summary>Pixels over all bins.</summary>
    public long Total => Count.Sum();

    /// <summary>Mean confidence minus accuracy of a bin: positive where the network is over-confident.</summary>
    /// <param name="bin">Zero-based bin.</param>
    /// <returns>The signed gap, NaN for an empty bin.</returns>
    public double Gap(int bin) => MeanConfidence(bin) - Accuracy(bin);

    /// <summary>Share of correct pixels in a bin.</summary>
    /// <param name="bin">Zero-based bin.</param>
    /// <returns>A number in [0, 1], NaN for an empty bin.</returns>
    public double Accuracy(int bin) => Correct[bin] / Count[bin];

    /// <summary>Mean confidence of a bin.</summary>
    /// <param name="bin">Zero-based bin.</param>
    /// <returns>A number in [0, 1], NaN for an empty bin.</returns>
    public double MeanConfidence(int bin) => Confidence[bin] / Count[bin];

    /// <summary>Adds one pixel.</summary>
    /// <param name="bin">Zero-based bin, as <see cref="ConfidenceBinning.IndexOf"/> gives it; a negative one is left out.</param>
    /// <param name="confidence">The pixel's confidence.</param>
    /// <param name="correct">Whether it was right.</param>
    public void AddPixel(int bin, double confidence, bool correct)
    {
        if (bin < 0)
            return;
        Count[bin]++;
        Confidence[bin] += confidence;
        Correct[bin] += correct ? 1 : 0;
    }

    /// <summary>Adds the sums of other pixels to these.</summary>
    /// <param name="other">Sums over the same bins.</param>
    public void Add(BinSums other)
    {
        if (other.Bins != Bins)
            throw new ArgumentException($"Cannot add sums over {other.Bins} bins to sums over {Bins} bins.", nameof(other));
        for (var i = 0; i < Bins; i++)
        {
            Count[i] += other.Count[i];
            Confidence[i] += other.Confidence[i];
            Correct[i] += other.Correct[i];
        }
    }

    /// <summary>Sums of these pixels alone, which later additions do not change.</summary>
    /// <returns>A copy.</returns>
    public BinSums Copy()
    {
        var copy = new BinSums(Bins);
        copy.Add(this);
        return copy;
    }
}
