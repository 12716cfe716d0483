using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary><see cref="HistogramBinning"/> with bins of equal mass: as many pixels in each, as far as equal probabilities allow.</summary>
/// <remarks>
/// Equal probabilities are never split: they go to the bin in which the middle of their group falls. A bin that is left without pixels
/// vanishes.
/// </remarks>
[Reference(ReferenceKind.Calibrator, "histogram-mass", "Histogram binning, equal mass",
    Formula = "θ_k(bin of p_k) / Σ_j θ_j(bin of p_j), θ = share of the bin's pixels that are of the class; n/M pixels a bin",
    Source = "Zadrozny and Elkan, ICML 2001; several classes: Guo et al., ICML 2017, arXiv 1706.04599", Test = "HistogramBinningTests",
    Note = "May change the predicted class. 15 bins by default; probabilities are raised to 1/(n + 2) before renormalisation.")]
public sealed class EqualMassHistogramBinning : HistogramBinning
{
    private protected override double[] Edges(double[] sorted)
    {
        var edges = new List<double>();
        var former = -1;
        for (var first = 0; first < sorted.Length;)
        {
            var end = first;
            while (end < sorted.Length && sorted[end] == sorted[first])
                end++;
            var bin = (int)Math.Min(Bins - 1, (long)Bins * (first + end) / (2L * sorted.Length));
            if (bin == former)
                edges[^1] = sorted[first];
            else
                edges.Add(sorted[first]);
            (former, first) = (bin, end);
        }
        return [.. edges];
    }
}
