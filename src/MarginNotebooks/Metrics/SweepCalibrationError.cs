using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Monotonic sweep ECE: equal-mass bins, as many as keep the accuracy rising with the confidence.</summary>
/// <remarks>
/// <c>ECE_sweep = (Σ_b (n_b/n)·|acc_b − conf_b|^r)^{1/r}</c> with r = 1 and the largest B such that for every number of bins up to B the
/// accuracies of the bins never fall. Source: Roelofs et al., AISTATS 2022 (arXiv 2012.08668). Departures: equal confidences are never
/// split (the rule of <see cref="AdaptiveCalibrationError.Sound"/>; bins that stay empty are passed over), and the sweep ends at
/// <see cref="MaximumBins"/>.
/// </remarks>
[Reference(ReferenceKind.Measure, "ece-sweep", "Monotonic sweep ECE", Formula = "Σ_b (n_b/n)·|acc_b − conf_b| over the most equal-mass bins whose accuracies rise",
    Source = "Roelofs et al., AISTATS 2022, arXiv 2012.08668", Test = "SweepCalibrationErrorTests", Note = "Ties are never split; at most 4096 bins.")]
[Reference(ReferenceKind.Measure, "ece-sweep-bins", "Bins of the monotonic sweep ECE", Formula = "max B with monotonic accuracies up to B",
    Source = "Roelofs et al., AISTATS 2022, arXiv 2012.08668", Test = "SweepCalibrationErrorTests")]
public sealed class SweepCalibrationError : CalibrationMeasure
{
    /// <summary>Where the sweep ends at the latest.</summary>
    public const int MaximumBins = 4096;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["ece-sweep", "ece-sweep-bins"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
    {
        var (value, bins) = Of(evidence.Confidence);
        return [value, bins == 0 ? double.NaN : bins];
    }

    /// <summary>Sweep ECE.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <param name="power">The norm r: 1 or 2.</param>
    /// <returns>The error in [0, 1] and the number of bins; NaN and 0 without pixels.</returns>
    public static (double Value, int Bins) Of(ConfidenceSample sample, int power = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(power, 1);
        if (sample.Pixels == 0)
            return (double.NaN, 0);
        var sums = new PrefixSums(sample);
        var best = 1;
        while (best < Math.Min(sample.Pixels, MaximumBins) && IsMonotonic(sums, best + 1))
            best++;
        double error = 0;
        foreach (var (count, confidence, correct) in sums.Bins(best))
            error += count * Math.Pow(Math.Abs(correct - confidence) / count, power);
        return (Math.Pow(error / sample.Pixels, 1.0 / power), best);
    }

    private static bool IsMonotonic(PrefixSums sums, int bins)
    {
        var (count, correct) = (1.0, 0.0);
        foreach (var bin in sums.Bins(bins))
        {
            if (bin.Correct * count < correct * bin.Count)
                return false;
            (count, correct) = (bin.Count, bin.Correct);
        }

        return true;
    }

    /// <summary>Sums up to each group, so that a bin is found by two searches.</summary>
    private sealed class PrefixSums
    {
        private readonly long[] _middle; // twice the number of pixels below a group, and the group's own
        private readonly long[] _count;
        private readonly double[] _confidence;
        private readonly double[] _correct;

        internal PrefixSums(ConfidenceSample sample)
        {
            var n = sample.Groups;
            (_middle, _count, _confidence, _correct) = (new long[n], new long[n + 1], new double[n + 1], new double[n + 1]);
            for (var i = 0; i < n; i++)
            {
                _middle[i] = 2 * _count[i] + sample.Count[i];
                _count[i + 1] = _count[i] + sample.Count[i];
                _confidence[i + 1] = _confidence[i] + sample.Value[i] * sample.Count[i];
                _correct[i + 1] = _correct[i] + sample.CorrectCount[i];
            }
        }

        /// <summary>The bins that are not empty: group i is in bin ⌊B·middle_i/(2n)⌋.</summary>
        internal IEnumerable<(double Count, double Confidence, double Correct)> Bins(int bins)
        {
            var n = _count[^1];
            for (int b = 1, first = 0; b <= bins; b++)
            {
                var last = b == bins ? _middle.Length : FirstAtLeast((long)(((Int128)2 * n * b + bins - 1) / bins));
                if (last > first)
                    yield return (_count[last] - _count[first], _confidence[last] - _confidence[first], _correct[last] - _correct[first]);
                first = Math.Max(first, last);
            }
        }

        private int FirstAtLeast(long value)
        {
            var at = Array.BinarySearch(_middle, value); // no two are equal
            return at < 0 ? ~at : at;
        }
    }
}
