namespace MarginNotebooks.Metrics;

/// <summary>Voxel counts of two masks and the overlap scores that follow from them.</summary>
/// <remarks>With result P and reference R: Dice <c>DSC = 2|P∩R| / (|P| + |R|)</c>, <c>IoU = |P∩R| / |P∪R|</c>;
/// <c>DSC = 2·IoU/(1 + IoU)</c>.</remarks>
/// <param name="Intersection">Voxels in both masks.</param>
/// <param name="Result">Voxels of the predicted mask.</param>
/// <param name="Reference">Voxels of the true mask.</param>
public readonly record struct Overlap(long Intersection, long Result, long Reference)
{
    /// <summary>Voxels in either mask.</summary>
    public long Union => Result + Reference - Intersection;

    /// <summary>Dice similarity coefficient in [0, 1]; NaN when both masks are empty (medpy gives 0 there).</summary>
    public double Dice => 2.0 * Intersection / (Result + Reference);

    /// <summary>Intersection over union in [0, 1]; NaN when both masks are empty.</summary>
    public double IoU => (double)Intersection / Union;

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

        return new Overlap(both, first, second);
    }
}
