using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Which way the confidence errs: over- and under-confidence.</summary>
/// <remarks>
/// <para>
/// <c>ece-over = Σ_b (n_b/n)·max(conf_b − acc_b, 0)</c> and <c>ece-under = Σ_b (n_b/n)·max(acc_b − conf_b, 0)</c> add up to the ECE.
/// </para>
/// <para>
/// OE <c>= Σ_b (n_b/n)·conf_b·max(conf_b − acc_b, 0)</c> weighs with the confidence, because being wrong while sure costs most. Source:
/// Thulasidasan et al., NeurIPS 2019 (arXiv 1905.11001). They define no counterpart; UE here is the mirror image,
/// <c>Σ_b (n_b/n)·(1 − conf_b)·max(acc_b − conf_b, 0)</c>: being unsure while right weighs most where the confidence is lowest.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "oe", "Over-confidence error (OE)", Formula = "Σ_b (n_b/n)·conf_b·max(conf_b − acc_b, 0)",
    Source = "Thulasidasan et al., NeurIPS 2019, arXiv 1905.11001", Test = "ConfidenceBiasTests")]
[Reference(ReferenceKind.Measure, "ue", "Under-confidence error (UE)", Formula = "Σ_b (n_b/n)·(1 − conf_b)·max(acc_b − conf_b, 0)",
    Source = "this kit, the mirror image of OE", Test = "ConfidenceBiasTests")]
[Reference(ReferenceKind.Measure, "ece-over", "Over-confident part of the ECE", Formula = "Σ_b (n_b/n)·max(conf_b − acc_b, 0)",
    Source = "this kit, a split of Guo et al. 2017, arXiv 1706.04599", Test = "ConfidenceBiasTests", Note = "Adds up to the ECE with the under-confident part.")]
[Reference(ReferenceKind.Measure, "ece-under", "Under-confident part of the ECE", Formula = "Σ_b (n_b/n)·max(acc_b − conf_b, 0)",
    Source = "this kit, a split of Guo et al. 2017, arXiv 1706.04599", Test = "ConfidenceBiasTests")]
public sealed class ConfidenceBias : CalibrationMeasure
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Keys => ["oe", "ue", "ece-over", "ece-under"];

    /// <inheritdoc/>
    public override IReadOnlyList<double> Compute(CalibrationEvidence evidence) =>
    [
        OverConfidence(evidence.TopLabel), UnderConfidence(evidence.TopLabel), OverConfident(evidence.TopLabel), UnderConfident(evidence.TopLabel),
    ];

    /// <summary>Over-confidence error.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number in [0, 1], at most the ECE; NaN without pixels.</returns>
    public static double OverConfidence(BinSums bins) => Mean(bins, b => bins.MeanConfidence(b) * Math.Max(bins.Gap(b), 0));

    /// <summary>Under-confidence error.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number in [0, 1], at most the ECE; NaN without pixels.</returns>
    public static double UnderConfidence(BinSums bins) => Mean(bins, b => (1 - bins.MeanConfidence(b)) * Math.Max(-bins.Gap(b), 0));

    /// <summary>The over-confident bins' part of the ECE.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number in [0, 1]; NaN without pixels.</returns>
    public static double OverConfident(BinSums bins) => Mean(bins, b => Math.Max(bins.Gap(b), 0));

    /// <summary>The under-confident bins' part of the ECE.</summary>
    /// <param name="bins">Sums over the pixels.</param>
    /// <returns>A number in [0, 1]; NaN without pixels.</returns>
    public static double UnderConfident(BinSums bins) => Mean(bins, b => Math.Max(-bins.Gap(b), 0));

    private static double Mean(BinSums bins, Func<int, double> value)
    {
        double sum = 0;
        for (var b = 0; b < bins.Bins; b++)
            if (bins.Count[b] > 0)
                sum += bins.Count[b] * value(b);
        return sum / bins.Total; // 0/0 without pixels
    }
}
