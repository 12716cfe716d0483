using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Voxel counts of two masks and the overlap scores that follow from them.</summary>
/// <remarks>
/// With result P and reference R among N voxels: Dice <c>DSC = 2|P∩R| / (|P| + |R|)</c>, <c>IoU = |P∩R| / |P∪R|</c>;
/// <c>DSC = 2·IoU/(1 + IoU)</c>. Sensitivity <c>|P∩R| / |R|</c>, precision <c>|P∩R| / |P|</c>, of which DSC is the harmonic mean;
/// specificity <c>(N − |P∪R|) / (N − |R|)</c>, which grows with the size of the image and is close to 1 for any small structure. A ratio
/// without a denominator is NaN.
/// </remarks>
/// <param name="Intersection">Voxels in both masks.</param>
/// <param name="Result">Voxels of the predicted mask.</param>
/// <param name="Reference">Voxels of the true mask.</param>
/// <param name="Voxels">Voxels of the image; 0 when not known, which leaves <see cref="Specificity"/> undefined.</param>
public readonly record struct Overlap(long Intersection, long Result, long Reference, long Voxels = 0)
{
    /// <summary>Voxels in either mask.</summary>
    public long Union => Result + Reference - Intersection;

    /// <summary>Dice similarity coefficient in [0, 1]; NaN when both masks are empty (medpy gives 0 there).</summary>
    [Reference(ReferenceKind.Measure, "dsc", "Dice similarity coefficient (DSC)", Formula = "2|P∩R| / (|P| + |R|)",
        Source = "Dice 1945, doi 10.2307/1932409", Test = "OverlapTests", Note = "Absent structures are left out of means and counted.")]
    public double Dice => 2.0 * Intersection / (Result + Reference);

    /// <summary>Intersection over union in [0, 1]; NaN when both masks are empty.</summary>
    [Reference(ReferenceKind.Measure, "iou", "Intersection over union (IoU, Jaccard)", Formula = "|P∩R| / |P∪R|",
        Source = "Jaccard 1912, doi 10.1111/j.1469-8137.1912.tb05611.x", Test = "OverlapTests")]
    public double IoU => (double)Intersection / Union;

    /// <summary>Share of the true mask that was found (recall, true positive rate); NaN when the reference is empty.</summary>
    [Reference(ReferenceKind.Measure, "sensitivity", "Sensitivity (recall)", Formula = "|P∩R| / |R|",
        Source = "Taha & Hanbury 2015, doi 10.1186/s12880-015-0068-x", Test = "OverlapTests")]
    public double Sensitivity => (double)Intersection / Reference;

    /// <summary>Share of the predicted mask that is right (positive predictive value); NaN when nothing was predicted.</summary>
    [Reference(ReferenceKind.Measure, "precision", "Precision (positive predictive value)", Formula = "|P∩R| / |P|",
        Source = "Taha & Hanbury 2015, doi 10.1186/s12880-015-0068-x", Test = "OverlapTests",
        Note = "In tables a missed structure has precision 0, so that missing never improves a mean.")]
    public double Precision => (double)Intersection / Result;

    /// <summary>Share of the image outside of the true mask that was left alone; NaN when there is no outside or
    /// <see cref="Voxels"/> is not known.</summary>
    [Reference(ReferenceKind.Measure, "specificity", "Specificity (true negative rate)", Formula = "(N − |P∪R|) / (N − |R|)",
        Source = "Taha & Hanbury 2015, doi 10.1186/s12880-015-0068-x", Test = "OverlapTests",
        Note = "Depends on the field of view. Voxels without annotation count as background.")]
    public double Specificity => Voxels == 0 ? double.NaN : (double)(Voxels - Union) / (Voxels - Reference);

    /// <summary>Counts two masks.</summary>
    /// <param name="result">Predicted mask.</param>
    /// <param name="reference">True mask, of the same length.</param>
    /// <returns>The counts.</returns>
    public static Overlap Of(ReadOnlySpan<bool> result, ReadOnlySpan<bool> reference)
    {
        if (result.Length != reference.Length)
            throw new ArgumentException($"The masks differ in size: {result.Length} and {reference.Length} voxels.", nameof(reference));
        long both = 0, first = 0, second = 0;
        for (var i = 0; i < result.Length; i++)
        {
            first += result[i] ? 1 : 0;
            second += reference[i] ? 1 : 0;
            both += result[i] && reference[i] ? 1 : 0;
        }

        return new Overlap(both, first, second, result.Length);
    }
}
