using MarginNotebooks.Reference;
using MarginNotebooks.Runtime;
using MathNet.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MarginNotebooks.Metrics;

/// <summary>Result of a kernel estimate.</summary>
/// <param name="Value">The error; NaN when no pixel has a neighbour.</param>
/// <param name="Bandwidth">The kernel's bandwidth h.</param>
public readonly record struct KernelError(double Value, double Bandwidth);

/// <summary>ECE-KDE of the top label: accuracy at a confidence estimated with a beta kernel instead of bins.</summary>
/// <remarks>
/// <para>
/// <c>(1/n) Σ_j |Σ_{i≠j} k(p_j; p_i)·y_i / Σ_{i≠j} k(p_j; p_i) − p_j|^r</c>, where <c>k(·; p)</c> is the density of
/// <c>Beta(p/h + 1, (1 − p)/h + 1)</c> and r = 1. Source: Popordanoska, Sayer &amp; Blaschko, NeurIPS 2022 (arXiv 2210.07810), top label.
/// Their function returns twice this for two classes; this is the error of the confidence itself.
/// </para>
/// <para>
/// Bandwidth: the largest leave-one-out likelihood <c>Σ_j log Σ_{i≠j} k(p_j; p_i)/(n − 1)</c> over their 20 candidates, 15 from 10⁻⁵ to
/// 10⁻¹ in equal ratios and 0.2, 0.4 … 1. (Their code divides the density by h once more, which is left out here.) Confidences that are
/// equal in many pixels favour small bandwidths; give one's own where runs are compared.
/// </para>
/// <para>
/// Exact up to 2048 different confidences; beyond, those of one of 2048 cells of equal width in <c>arcsin √p</c>, in which the kernel has
/// the same width everywhere, stand together at their mean. A pixel in whose place the others have no density at all (alone at exactly 0
/// or 1) is left out.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "ece-kde", "Kernel ECE of the top label (ECE-KDE)", Formula = "mean_j |Σ_{i≠j} k(p_j; p_i) y_i / Σ_{i≠j} k(p_j; p_i) − p_j|; k: beta kernel",
    Source = "Popordanoska et al., NeurIPS 2022, arXiv 2210.07810", Test = "KernelCalibrationErrorTests", Note = "Bandwidth by leave-one-out likelihood.")]
[Reference(ReferenceKind.Measure, "ece-kde-width", "Bandwidth of the kernel ECE", Formula = "argmax_h Σ_j log Σ_{i≠j} k_h(p_j; p_i)",
    Source = "Popordanoska et al., NeurIPS 2022, arXiv 2210.07810", Test = "KernelCalibrationErrorTests")]
public sealed class KernelCalibrationError : CalibrationMeasure
{
    /// <summary>Different confidences up to which the estimate is exact.</summary>
    public const int MaximumCells = 2048;

    /// <summary>Bandwidths that are tried.</summary>
    public static IReadOnlyList<double> Candidates { get; } =
        [.. Enumerable.Range(0, 15).Select(i => Math.Pow(10, -5 + 4.0 * i / 14)), 0.2, 0.4, 0.6, 0.8, 1];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["ece-kde", "ece-kde-width"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence)
    {
        var error = Of(evidence.Confidence);
        return [error.Value, error.Bandwidth];
    }

    /// <summary>The kernel estimate.</summary>
    /// <param name="sample">Confidences and correctness.</param>
    /// <param name="bandwidth">Bandwidth h; null to choose it by likelihood.</param>
    /// <param name="power">The power r of the gap: 1 or 2; no root is taken.</param>
    /// <returns>The error and its bandwidth; NaN with fewer than two pixels.</returns>
    public static KernelError Of(ConfidenceSample sample, double? bandwidth = null, int power = 1)
    {
        if (bandwidth is { } given && !(given > 0 && double.IsFinite(given)))
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, "The bandwidth must be positive and finite.");
        ArgumentOutOfRangeException.ThrowIfLessThan(power, 1);
        if (sample.Pixels < 2)
            return new(double.NaN, bandwidth ?? double.NaN);
        if (sample.Groups > MaximumCells)
            sample = sample.Grouped(p => Math.Min(MaximumCells - 1, (int)(Math.Asin(Math.Sqrt(p)) / (Math.PI / 2) * MaximumCells)));
        var tried = (bandwidth is { } only ? [only] : Candidates).Select(h => (h, Result: At(sample, h, power))).ToArray();
        var best = tried.Aggregate((a, b) => b.Result.LogLikelihood > a.Result.LogLikelihood ? b : a);
        return new(best.Result.Error, best.h);
    }

    private static (double Error, double LogLikelihood) At(ConfidenceSample sample, double h, int power)
    {
        var n = sample.Groups;
        var (above, below, offset) = (new double[n], new double[n], new double[n]);
        var (count, correct) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var p = sample.Value[i];
            (above[i], below[i], count[i], correct[i]) = (p / h, (1 - p) / h, sample.Count[i], sample.CorrectCount[i]);
            offset[i] = SpecialFunctions.GammaLn(1 / h + 2) - SpecialFunctions.GammaLn(above[i] + 1) - SpecialFunctions.GammaLn(below[i] + 1);
        }

        var rows = new (double Error, double Likelihood, double Weight)[n];
        OrderedParallel.For(n, () => new double[n], (j, kernel) =>
        {
            var p = sample.Value[j];
            Logarithms(p, above, below, offset, kernel);
            var own = kernel[j];
            kernel[j] = double.NegativeInfinity;
            var largest = TensorPrimitives.Max<double>(kernel);
            if (count[j] > 1)
                largest = Math.Max(largest, own);
            if (double.IsNegativeInfinity(largest))
                return;
            TensorPrimitives.Subtract(kernel, largest, kernel);
            TensorPrimitives.Exp<double>(kernel, kernel);
            var self = count[j] > 1 ? Math.Exp(own - largest) : 0;
            var density = TensorPrimitives.Dot<double>(kernel, count) + self * (count[j] - 1);
            var hits = TensorPrimitives.Dot<double>(kernel, correct);
            // The pixel itself does not count: a correct one leaves one correct pixel less.
            double Gap(double others) => Math.Pow(Math.Abs((hits + self * others) / density - p), power);
            var error = correct[j] > 0 ? correct[j] * Gap(correct[j] - 1) : 0;
            error += correct[j] < count[j] ? (count[j] - correct[j]) * Gap(correct[j]) : 0;
            rows[j] = (error, count[j] * (largest + Math.Log(density / (sample.Pixels - 1))), count[j]);
        });
        double sum = 0, likelihood = 0, weight = 0;
        foreach (var row in rows)
            (sum, likelihood, weight) = (sum + row.Error, likelihood + row.Likelihood, weight + row.Weight);
        return weight == 0 ? (double.NaN, double.NegativeInfinity) : (sum / weight, likelihood);
    }

    // log k(p; p_i) for every i, where 0·log 0 is 0.
    private static void Logarithms(double p, double[] above, double[] below, double[] offset, double[] kernel)
    {
        if (p is > 0 and < 1)
        {
            TensorPrimitives.MultiplyAdd<double>(above, Math.Log(p), offset, kernel);
            TensorPrimitives.MultiplyAdd<double>(below, Math.Log(1 - p), kernel, kernel);
            return;
        }

        var absent = p == 0 ? above : below;
        for (var i = 0; i < kernel.Length; i++)
            kernel[i] = absent[i] == 0 ? offset[i] : double.NegativeInfinity;
    }
}
