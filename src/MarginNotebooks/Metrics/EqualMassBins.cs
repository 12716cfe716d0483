namespace MarginNotebooks.Metrics;

/// <summary>Fills equal-mass bins with groups of equal confidence, lowest first; a group is never split.</summary>
internal sealed class EqualMassBins
{
    private readonly long _pixels;
    private long _below;

    internal EqualMassBins(int bins, long pixels)
    {
        Sums = new BinSums(bins);
        _pixels = pixels;
    }

    internal BinSums Sums { get; }

    // The bin in which the middle of the group falls: symmetric, so reversing the order of the groups gives the mirrored bins.
    internal void AddGroup(long count, double confidence, long correct)
    {
        var bin = (int)Math.Min(Sums.Bins - 1, (long)((Int128)Sums.Bins * (2 * _below + count) / (2 * (Int128)_pixels)));
        Sums.Count[bin] += count;
        Sums.Confidence[bin] += confidence;
        Sums.Correct[bin] += correct;
        _below += count;
    }
}
