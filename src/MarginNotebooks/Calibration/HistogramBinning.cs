namespace MarginNotebooks.Calibration;

/// <summary>Histogram binning of each class against the rest, then renormalised.</summary>
/// <remarks>
/// Each class's probabilities are put into bins; a probability becomes the share of the bin's pixels that are of the class, and the C
/// shares of a pixel are divided by their sum. A bin without pixels keeps its middle. Bins are (lower, upper]. Source: Zadrozny and
/// Elkan, ICML 2001; for several classes Guo et al., ICML 2017, arXiv 1706.04599, section 4.2.
/// </remarks>
public abstract class HistogramBinning : OneVersusRest
{
    /// <summary>Number of bins a class; 15, as in the calibration errors, is this kit's choice.</summary>
    public int Bins { get; init; } = 15;

    /// <summary>Upper edges of the bins, ascending; the last is what no probability exceeds.</summary>
    /// <param name="sorted">The class's probabilities, ascending.</param>
    private protected abstract double[] Edges(double[] sorted);

    private protected sealed override ProbabilityMap FitClass(double[] probabilities, byte[] hits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bins, 1);
        Array.Sort(probabilities, hits);
        var map = new StepProbabilityMap(Edges(probabilities), []);
        var (sums, counts) = (new long[map.Knots.Length], new long[map.Knots.Length]);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var bin = map.BinOf(probabilities[i]);
            sums[bin] += hits[i];
            counts[bin]++;
        }
        return new StepProbabilityMap(map.Knots,
            [.. sums.Select((sum, bin) => counts[bin] > 0 ? (double)sum / counts[bin] : ((bin > 0 ? map.Knots[bin - 1] : 0) + map.Knots[bin]) / 2)]);
    }

    private protected sealed override ProbabilityMap FromKnots(double[] knots, double[] values) => new StepProbabilityMap(knots, values);
}

/// <summary>Constant in each bin (previous knot, knot]; beyond the last knot as in the last bin.</summary>
internal sealed record StepProbabilityMap(double[] Knots, double[] Values) : ProbabilityMap(Knots, Values)
{
    internal override double At(double probability) => Values[BinOf(probability)];

    internal int BinOf(double probability)
    {
        var i = Array.BinarySearch(Knots, probability);
        return Math.Min(i >= 0 ? i : ~i, Knots.Length - 1);
    }
}
