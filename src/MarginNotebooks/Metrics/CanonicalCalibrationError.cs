using MarginNotebooks.Reference;
using MarginNotebooks.Runtime;
using MathNet.Numerics;

namespace MarginNotebooks.Metrics;

/// <summary>Canonical ECE-KDE: the whole probability vector against the class frequencies among pixels with similar vectors.</summary>
/// <remarks>
/// <c>(1/n) Σ_j Σ_k |Σ_{i≠j} κ(p_j; p_i)·[y_i = k] / Σ_{i≠j} κ(p_j; p_i) − p_jk|</c>, where <c>κ(·; p)</c> is the density of
/// <c>Dirichlet(p/h + 1)</c>; bandwidth h as in <see cref="KernelCalibrationError"/>. The strongest notion of calibration, in [0, 2].
/// Source: Popordanoska, Sayer &amp; Blaschko, NeurIPS 2022 (arXiv 2210.07810). Cost grows with the square of the number of vectors, so at
/// most <see cref="ProbabilityVectors.MaximumVectors"/> of them are drawn, independent of their order. A vector without any density of the
/// others (probabilities of exactly 0 that no other has) is left out.
/// </remarks>
[Reference(ReferenceKind.Measure, "kde-canonical", "Canonical kernel calibration error (ECE-KDE)", Formula = "mean_j ‖Σ_{i≠j} κ(p_j; p_i) e_{y_i} / Σ_{i≠j} κ(p_j; p_i) − p_j‖₁; κ: Dirichlet kernel",
    Source = "Popordanoska et al., NeurIPS 2022, arXiv 2210.07810", Test = "KernelCalibrationErrorTests", Note = "On a draw of at most 2048 pixels.")]
public sealed class CanonicalCalibrationError : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["kde-canonical"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) => [Of(evidence.Vectors).Value];

    /// <summary>The kernel estimate.</summary>
    /// <param name="vectors">Probability vectors with their true classes.</param>
    /// <param name="bandwidth">Bandwidth h; null to choose it by likelihood.</param>
    /// <returns>The error and its bandwidth; NaN with fewer than two vectors.</returns>
    public static KernelError Of(ProbabilityVectors vectors, double? bandwidth = null)
    {
        if (bandwidth is { } given && !(given > 0 && double.IsFinite(given)))
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "The bandwidth must be positive and finite.");
        if (vectors.Count < 2)
            return new(double.NaN, bandwidth ?? double.NaN);
        var products = CrossEntropies(vectors);
        var tried = (bandwidth is { } only ? [only] : KernelCalibrationError.Candidates)
            .Select(h => (h, Result: At(vectors, products, h))).ToArray();
        var best = tried.Aggregate((a, b) => b.Result.LogLikelihood > a.Result.LogLikelihood ? b : a);
        return new(best.Result.Error, best.h);
    }

    // Σ_k p_ik log p_jk, row j, column i; 0·log 0 is 0. The bandwidth only divides it.
    private static double[][] CrossEntropies(ProbabilityVectors vectors)
    {
        var rows = new double[vectors.Count][];
        OrderedParallel.For(rows.Length, j =>
        {
            var row = rows[j] = new double[rows.Length];
            for (var k = 0; k < vectors.Probability(0).Length; k++)
            {
                var logarithm = Math.Log(vectors.Probability(j)[k]);
                for (var i = 0; i < row.Length; i++)
                    if (vectors.Probability(i)[k] > 0)
                        row[i] += vectors.Probability(i)[k] * logarithm;
            }
        });
        return rows;
    }

    private static (double Error, double LogLikelihood) At(ProbabilityVectors vectors, double[][] products, double h)
    {
        var (n, classes) = (vectors.Count, vectors.Probability(0).Length);
        var offset = new double[n];
        for (var i = 0; i < n; i++)
        {
            double total = 0;
            foreach (var p in vectors.Probability(i))
            {
                offset[i] -= SpecialFunctions.GammaLn(p / h + 1);
                total += p / h + 1;
            }

            offset[i] += SpecialFunctions.GammaLn(total);
        }

        var rows = new (double Error, double Likelihood, int Counted)[n];
        OrderedParallel.For(n, () => (Kernel: new double[n], Hits: new double[classes]), (j, mine) =>
        {
            var largest = double.NegativeInfinity;
            for (var i = 0; i < n; i++)
            {
                mine.Kernel[i] = i == j ? double.NegativeInfinity : products[j][i] / h + offset[i];
                largest = Math.Max(largest, mine.Kernel[i]);
            }

            if (double.IsNegativeInfinity(largest))
                return;
            Array.Clear(mine.Hits);
            double density = 0, error = 0;
            for (var i = 0; i < n; i++)
            {
                var weight = Math.Exp(mine.Kernel[i] - largest);
                density += weight;
                mine.Hits[vectors.Label(i)] += weight;
            }

            for (var k = 0; k < classes; k++)
                error += Math.Abs(mine.Hits[k] / density - vectors.Probability(j)[k]);
            rows[j] = (error, largest + Math.Log(density / (n - 1)), 1);
        });
        var counted = rows.Sum(row => row.Counted);
        return counted == 0 ? (double.NaN, double.NegativeInfinity) : (rows.Sum(row => row.Error) / counted, rows.Sum(row => row.Likelihood));
    }
}
