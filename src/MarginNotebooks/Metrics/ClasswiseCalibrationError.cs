using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Which classes the class-wise error averages over.</summary>
public enum ClasswiseAverage
{
    /// <summary>Every class the network can predict: probability given to a class that never occurs is an error like any other.</summary>
    AllClasses,

    /// <summary>Classes 0 … largest label among the pixels (authors' ClasswiseECELoss): trailing absent classes drop out of the
    /// mean.</summary>
    UpToLargestLabel,
}

/// <summary>Class-wise expected calibration error: each class's probability against how often that class occurs.</summary>
/// <remarks>
/// <c>CECE = (1/K) Σ_k Σ_b (n_kb/n)·|freq_kb − conf_kb|</c>, where bin b of class k holds the pixels whose probability for class k falls
/// into it,
/// <c>freq_kb</c> is the share of them that truly are class k and <c>conf_kb</c> their mean probability for it. n is the number of
/// pixels, or, with a threshold (CRaC's variant, 1e-3), the number of pixels whose probability for that class is above it; a class with
/// none left contributes 0. Source: Kull et al. 2019 (arXiv 1910.12656); authors' <c>evaluation/metrics.py</c>.
/// </remarks>
[Reference(ReferenceKind.Measure, "cece", "Class-wise ECE", Formula = "(1/K) Σ_k Σ_b (n_kb/n)·|freq_kb − conf_kb|",
    Source = "Kull et al., NeurIPS 2019, arXiv 1910.12656", Test = "CalibrationAccumulatorTests",
    Note = "Sound protocol: all classes. Authors' protocol: classes up to the largest label, probabilities of exactly 0 left out.")]
public static class ClasswiseCalibrationError
{
    /// <summary>The error of one class.</summary>
    /// <param name="bins">Sums over the class's probabilities; correctness means that the pixel truly is of the class.</param>
    /// <param name="pixels">Number of pixels n; null for those in the bins.</param>
    /// <returns>A number in [0, 1]; 0 when the bins are empty but pixels were counted, NaN when <paramref name="pixels"/> is 0.</returns>
    public static double OfClass(BinSums bins, long? pixels = null) => CalibrationErrors.Expected(bins, pixels);

    /// <summary>The mean of the classes' errors.</summary>
    /// <param name="classes">Sums of each class, class 0 first.</param>
    /// <param name="pixels">Number of pixels n.</param>
    /// <param name="normaliseByBins">True when a threshold dropped probabilities and each class is normalised by what remains.</param>
    /// <param name="count">How many leading classes take part; null for all.</param>
    /// <returns>CECE in [0, 1], NaN without pixels.</returns>
    public static double Mean(IReadOnlyList<BinSums> classes, long pixels, bool normaliseByBins = false, int? count = null)
    {
        var used = count ?? classes.Count;
        if (pixels == 0 || used == 0)
            return double.NaN;
        double sum = 0;
        for (var k = 0; k < used; k++)
        {
            var n = normaliseByBins ? classes[k].Total : pixels;
            sum += n == 0 ? 0 : OfClass(classes[k], n);
        }

        return sum / used;
    }
}
