using System.Collections.Concurrent;
using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Surface Dice at a tolerance, weighted with the area of the surface elements (their length in 2-D).</summary>
/// <remarks>
/// <para>
/// <c>NSD(τ) = (|∂P within τ of ∂R| + |∂R within τ of ∂P|) / (|∂P| + |∂R|)</c>, where |·| is area. Source: Nikolov et al., Deep learning
/// to achieve clinically applicable segmentation of head and neck anatomy for radiotherapy, arXiv 1809.04430 (JMIR 2021), whose
/// reference implementation fixes what the text leaves open; the same is done here:
/// </para>
/// <list type="bullet">
/// <item>a surface element lies at the corner between 2×2×2 voxels (2×2 pixels) that are not all alike; outside of the array is
/// background;</item>
/// <item>its area is that of the polygons through the midpoints of the cut edges (<see cref="SurfaceElementSizes"/>);</item>
/// <item>the distance of two elements is that of their corners, and an element within τ counts whole.</item>
/// </list>
/// <para>
/// Not the same as <see cref="SurfaceDistances.WithinTolerance"/>, which counts surface voxels. Take τ from how far observers differ;
/// below half a voxel it asks for more than the grid can tell.
/// </para>
/// </remarks>
[Reference(ReferenceKind.Measure, "nsd", "Surface Dice at tolerance",
    Formula = "(area of ∂P within τ of ∂R + area of ∂R within τ of ∂P) / (area of ∂P + area of ∂R)",
    Source = "Nikolov et al. 2018, arXiv 1809.04430", Test = "SurfaceDiceTests",
    Note = "Area-weighted, elements between 2×2×2 voxels. τ is the protocol's SurfaceTolerance (1 mm), or the structure's own.")]
public static class SurfaceDice
{
    private const int MostOffsets = 1024;
    private static readonly ConcurrentDictionary<Grid, double[]> s_sizes = new();

    /// <summary>Scores two masks.</summary>
    /// <param name="result">Predicted mask, row-major.</param>
    /// <param name="reference">True mask, row-major.</param>
    /// <param name="shape">Voxels along each axis: 2-D or 3-D.</param>
    /// <param name="spacing">Voxel spacing along each axis.</param>
    /// <param name="tolerance">The tolerance τ in the unit of the spacing, 0 or more.</param>
    /// <returns>A number in [0, 1]; NaN when both masks are empty, 0 when one is.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, there are not 2 or 3 axes, or the spacing or tolerance is no
    /// length.</exception>
    public static double At(
        bool[] result, bool[] reference, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing, double tolerance)
    {
        if (result.Length != reference.Length)
            throw new ArgumentException($"The masks differ in size: {result.Length} and {reference.Length} voxels.", nameof(reference));
        DistanceTransform.Check(result.Length, shape, spacing);
        return At(MaskBox.Around(result, reference, shape), spacing, tolerance);
    }

    internal static double At(MaskBox box, ReadOnlySpan<double> spacing, double tolerance, int mostOffsets = MostOffsets)
    {
        if (box.Shape.Length is not (2 or 3))
            throw new ArgumentException($"Surface Dice is defined for 2 and 3 axes; the mask has {box.Shape.Length}.", nameof(spacing));
        if (!(tolerance >= 0) || double.IsInfinity(tolerance))
            throw new ArgumentException($"The tolerance {tolerance} is not a finite length of 0 or more.", nameof(tolerance));
        var grid = new Grid(spacing[^1], spacing[^2], spacing.Length == 3 ? spacing[0] : 0);
        if (s_sizes.Count > 256) // one entry for each spacing met
            s_sizes.Clear();
        var sizes = s_sizes.GetOrAdd(grid, static key =>
            SurfaceElementSizes.Of(key.Depth > 0 ? [key.Depth, key.Height, key.Width] : [key.Height, key.Width]));
        var result = SurfaceElements.Of(box.Result, box.Shape, sizes);
        var reference = SurfaceElements.Of(box.Reference, box.Shape, sizes);
        // Rounding must not push an element that is exactly τ away (3 voxels of 0.1 at 0.3) over the border.
        var reach = tolerance * (1 + 1e-12);
        var steps = spacing.ToArray();
        var near = result.SizeNear(reference, steps, reach, mostOffsets) + reference.SizeNear(result, steps, reach, mostOffsets);
        return near / (result.Size + reference.Size);
    }

    private readonly record struct Grid(double Width, double Height, double Depth);
}
