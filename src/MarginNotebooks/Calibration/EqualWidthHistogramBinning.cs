using MarginNotebooks.Reference;

namespace MarginNotebooks.Calibration;

/// <summary><see cref="HistogramBinning"/> with bins of equal width: edges at 1/M, 2/M, … 1.</summary>
[Reference(ReferenceKind.Calibrator, "histogram-width", "Histogram binning, equal width",
    Formula = "θ_k(bin of p_k) / Σ_j θ_j(bin of p_j), θ = share of the bin's pixels that are of the class; edges m/M",
    Source = "Zadrozny and Elkan, ICML 2001; several classes: Guo et al., ICML 2017, arXiv 1706.04599", Test = "HistogramBinningTests",
    Note = "May change the predicted class. 15 bins by default; probabilities are raised to 1/(n + 2) before renormalisation.")]
public sealed class EqualWidthHistogramBinning : HistogramBinning
{
    private protected override double[] Edges(double[] sorted) => [.. Enumerable.Range(1, Bins).Select(bin => (double)bin / Bins)];
}
