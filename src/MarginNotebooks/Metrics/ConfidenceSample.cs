namespace MarginNotebooks.Metrics;

/// <summary>All confidences of a set of pixels with their correctness, sorted and grouped by value: what measures need that no fixed bins
/// can give.</summary>
/// <remarks>
/// Exact while the pixels have at most <see cref="MaximumGroups"/> different confidences; beyond, groups that agree in the first 11 bits
/// of both p and 1 − p are put together (some 10⁵ groups are left), with their exact number, mean confidence and number of correct pixels.
/// 24 bytes a group, so at most 48 MB. The order of the pixels never matters, and equal confidences are never told apart.
/// </remarks>
public sealed class ConfidenceSample
{
    /// <summary>Different confidences up to which a sample is exact.</summary>
    public const int MaximumGroups = 1 << 21;

    private readonly double[] _value;
    private readonly long[] _count;
    private readonly long[] _correct;

    private ConfidenceSample(double[] value, long[] count, long[] correct)
    {
        (_value, _count, _correct) = (value, count, correct);
        Pixels = count.Sum();
        Correct = correct.Sum();
    }

    /// <summary>Number of pixels.</summary>
    public long Pixels { get; }

    /// <summary>Number of correct pixels.</summary>
    public long Correct { get; }

    /// <summary>Number of different confidences.</summary>
    public int Groups => _value.Length;

    /// <summary>The confidences, ascending.</summary>
    public ReadOnlySpan<double> Value => _value;

    /// <summary>Pixels of each confidence.</summary>
    public ReadOnlySpan<long> Count => _count;

    /// <summary>Correct pixels of each confidence.</summary>
    public ReadOnlySpan<long> CorrectCount => _correct;

    /// <summary>Sorts confidences.</summary>
    /// <param name="confidence">Confidence of each pixel, in [0, 1].</param>
    /// <param name="correct">Whether each pixel was right.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a confidence is outside [0, 1].</exception>
    public static ConfidenceSample Of(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> correct)
    {
        if (confidence.Length != correct.Length)
            throw new ArgumentException(
                $"There are {confidence.Length} confidences but {correct.Length} correctness values.", nameof(correct));
        var ranked = new uint[confidence.Length];
        for (var i = 0; i < ranked.Length; i++)
            ranked[i] = confidence[i] is >= 0 and <= 1
                ? AdaptiveCalibrationError.Rank(confidence[i], correct[i])
                : throw new ArgumentException($"Confidence {confidence[i]} of pixel {i} is outside [0, 1].", nameof(confidence));
        return OfRanked(ranked);
    }

    /// <summary>A sample of groups.</summary>
    /// <param name="groups">Confidence, number of pixels and number of correct ones; in any order, confidences may repeat.</param>
    /// <returns>The sample.</returns>
    public static ConfidenceSample OfGroups(IEnumerable<(double Value, long Count, long Correct)> groups)
    {
        var sorted = groups.Where(group => group.Count > 0).ToArray();
        Array.Sort(sorted, static (a, b) => a.Value.CompareTo(b.Value));
        if (sorted.FirstOrDefault(g => g.Value is not (>= 0 and <= 1) || g.Correct < 0 || g.Correct > g.Count) is { Count: > 0 } wrong)
            throw new ArgumentException($"{wrong.Correct} of {wrong.Count} pixels correct at confidence {wrong.Value} is not possible.", nameof(groups));
        var builder = new Builder(sorted.Length);
        foreach (var (value, count, correct) in sorted)
            builder.Add(value, count, correct);
        return builder.Finish();
    }

    /// <summary>The pixels of several samples.</summary>
    /// <param name="parts">Samples.</param>
    /// <returns>Their union.</returns>
    public static ConfidenceSample Pool(IEnumerable<ConfidenceSample> parts) =>
        parts.Aggregate(new ConfidenceSample([], [], []), static (a, b) => a.Groups == 0 ? b : a.With(b));

    /// <summary>Sums over equal-mass bins by the sound rule: a group goes as a whole to the bin in which its middle lies.</summary>
    /// <param name="bins">Number of bins.</param>
    /// <returns>Sums by bin, least confident first.</returns>
    public BinSums EqualMass(int bins)
    {
        var mass = new EqualMassBins(bins, Pixels);
        for (var i = 0; i < Groups; i++)
            mass.AddGroup(_count[i], _value[i] * _count[i], _correct[i]);
        return mass.Sums;
    }

    /// <summary>The part with confidences above a threshold.</summary>
    /// <param name="threshold">Confidences at or below it are left out.</param>
    /// <returns>The other groups.</returns>
    public ConfidenceSample Above(double threshold)
    {
        var first = 0;
        while (first < Groups && _value[first] <= threshold)
            first++;
        return first == 0 ? this : new ConfidenceSample(_value[first..], _count[first..], _correct[first..]);
    }

    internal static ConfidenceSample OfRanked(uint[] ranked)
    {
        RadixSort.Sort(ranked);
        var builder = new Builder(Math.Min(ranked.Length, 1 << 12));
        for (int start = 0, end; start < ranked.Length; start = end)
        {
            long hits = 0;
            for (end = start; end < ranked.Length && ranked[end] >> 1 == ranked[start] >> 1; end++)
                hits += ranked[end] & 1;
            builder.Add(BitConverter.UInt32BitsToSingle(ranked[start] >> 1), end - start, hits);
        }

        return builder.Finish();
    }

    /// <summary>Puts neighbours together while they share a cell; confidences come in ascending order.</summary>
    internal ConfidenceSample Grouped(Func<double, int> cell)
    {
        var builder = new Builder(1 << 12);
        for (int start = 0, end; start < Groups; start = end)
        {
            var (sum, count, correct) = (0.0, 0L, 0L);
            var first = cell(_value[start]);
            for (end = start; end < Groups && cell(_value[end]) == first; end++)
            {
                sum += _value[end] * _count[end];
                count += _count[end];
                correct += _correct[end];
            }

            builder.Append(end == start + 1 ? _value[start] : sum / count, count, correct);
        }

        return builder.Sample();
    }

    private ConfidenceSample With(ConfidenceSample other)
    {
        var builder = new Builder(Math.Max(Groups, other.Groups));
        for (int i = 0, j = 0; i < Groups || j < other.Groups;)
        {
            if (j == other.Groups || (i < Groups && _value[i] <= other._value[j]))
                builder.Add(_value[i], _count[i], _correct[i++]);
            else
                builder.Add(other._value[j], other._count[j], other._correct[j++]);
        }

        return builder.Finish();
    }

    // Exponent and 11 bits of the mantissa of p below one half, of 1 − p above; ascending with p.
    private static int FineCell(double p)
    {
        const int droppedBits = 12;
        var nearest = BitConverter.SingleToInt32Bits((float)Math.Min(p, 1 - p)) >> droppedBits;
        return p <= 0.5 ? nearest : (2 * (BitConverter.SingleToInt32Bits(0.5f) >> droppedBits)) + 1 - nearest;
    }

    private sealed class Builder(int capacity)
    {
        private readonly List<double> _value = new(capacity);
        private readonly List<long> _count = new(capacity);
        private readonly List<long> _correct = new(capacity);

        internal void Add(double value, long count, long correct)
        {
            if (_value.Count > 0 && _value[^1] == value)
            {
                _count[^1] += count;
                _correct[^1] += correct;
            }
            else
            {
                Append(value, count, correct);
            }
        }

        internal void Append(double value, long count, long correct)
        {
            _value.Add(value);
            _count.Add(count);
            _correct.Add(correct);
        }

        internal ConfidenceSample Sample() => new([.. _value], [.. _count], [.. _correct]);

        internal ConfidenceSample Finish() => _value.Count > MaximumGroups ? Sample().Grouped(FineCell) : Sample();
    }
}
