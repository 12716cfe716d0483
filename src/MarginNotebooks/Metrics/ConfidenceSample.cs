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
        var different = 0;
        for (var i = 0; i < sorted.Length; i++)
            different += i == 0 || sorted[i].Value != sorted[i - 1].Value ? 1 : 0;
        var builder = new Builder(different);
        foreach (var (value, count, correct) in sorted)
            builder.Add(value, count, correct);
        return builder.Sample();
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
        var different = 0;
        for (var i = 0; i < ranked.Length; i++)
            different += i == 0 || ranked[i] >> 1 != ranked[i - 1] >> 1 ? 1 : 0;
        var builder = new Builder(different);
        for (int start = 0, end; start < ranked.Length; start = end)
        {
            long hits = 0;
            for (end = start; end < ranked.Length && ranked[end] >> 1 == ranked[start] >> 1; end++)
                hits += ranked[end] & 1;
            builder.Add(BitConverter.UInt32BitsToSingle(ranked[start] >> 1), end - start, hits);
        }

        return builder.Sample();
    }

    /// <summary>Puts neighbours together while they share a cell; confidences come in ascending order.</summary>
    internal ConfidenceSample Grouped(Func<double, int> cell)
    {
        var builder = new Builder(Groups, cell);
        for (var i = 0; i < Groups; i++)
            builder.Add(_value[i], _count[i], _correct[i]);
        return builder.Sample();
    }

    private ConfidenceSample With(ConfidenceSample other)
    {
        var different = Groups + other.Groups;
        for (int i = 0, j = 0; i < Groups && j < other.Groups;)
        {
            var (a, b) = (_value[i], other._value[j]);
            different -= a == b ? 1 : 0;
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }

        var builder = new Builder(different);
        for (int i = 0, j = 0; i < Groups || j < other.Groups;)
        {
            if (j == other.Groups || (i < Groups && _value[i] <= other._value[j]))
                builder.Add(_value[i], _count[i], _correct[i++]);
            else
                builder.Add(other._value[j], other._count[j], other._correct[j++]);
        }

        return builder.Sample();
    }

    // Exponent and 11 bits of the mantissa of p below one half, of 1 − p above; ascending with p.
    private static int FineCell(double p)
    {
        const int droppedBits = 12;
        var nearest = BitConverter.SingleToInt32Bits((float)Math.Min(p, 1 - p)) >> droppedBits;
        return p <= 0.5 ? nearest : (2 * (BitConverter.SingleToInt32Bits(0.5f) >> droppedBits)) + 1 - nearest;
    }

    /// <summary>Takes groups in ascending order; puts together what is equal, or what shares a cell where there is too much.</summary>
    private sealed class Builder
    {
        private readonly Func<double, int>? _cell;
        private readonly List<double> _value;
        private readonly List<long> _count;
        private readonly List<long> _correct;
        private double _last; // as it came, before it became part of a mean

        internal Builder(int different, Func<double, int>? cell = null)
        {
            _cell = cell ?? (different > MaximumGroups ? FineCell : null);
            var capacity = _cell is null ? different : 1 << 12;
            (_value, _count, _correct) = (new(capacity), new(capacity), new(capacity));
        }

        internal void Add(double value, long count, long correct)
        {
            if (_value.Count > 0 && (value == _last || (_cell is not null && _cell(value) == _cell(_last))))
            {
                var all = _count[^1] + count;
                if (value != _value[^1])
                    _value[^1] += (value - _value[^1]) * count / all;
                _count[^1] = all;
                _correct[^1] += correct;
            }
            else
            {
                _value.Add(value);
                _count.Add(count);
                _correct.Add(correct);
            }

            _last = value;
        }

        internal ConfidenceSample Sample() => new([.. _value], [.. _count], [.. _correct]);
    }
}
