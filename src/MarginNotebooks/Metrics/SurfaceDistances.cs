using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>Distances between the surfaces of two masks, by medpy's definitions.</summary>
/// <remarks>
/// <para>
/// The surface of a mask is the mask minus its erosion by the face-connected element, where outside of the array counts as background.
/// From each surface voxel of P the Euclidean distance to the nearest surface voxel of R gives the directed distances d(P→R), and
/// likewise d(R→P). HD is the largest of both lists, HD95 the 95th percentile (linear interpolation) of both lists put together, ASD the
/// mean of d(P→R) alone, ASSD the mean of ASD in both directions.
/// </para>
/// <para>Distances are in the unit of the spacing. A mask given with a first axis of length 1 is a 3-D slab, whose every voxel is
/// surface; pass two axes for contours.</para>
/// </remarks>
public sealed class SurfaceDistances
{
    private const string Convention = "Surface: voxels with a face neighbour outside of the mask; distances between voxel centres.";
    private readonly double[] _resultToReference;
    private readonly double[] _referenceToResult;

    private SurfaceDistances(double[] resultToReference, double[] referenceToResult)
    {
        _resultToReference = resultToReference;
        _referenceToResult = referenceToResult;
    }

    /// <summary>Distance of each surface voxel of the result to the reference's surface.</summary>
    public ReadOnlySpan<double> ResultToReference => _resultToReference;

    /// <summary>Distance of each surface voxel of the reference to the result's surface.</summary>
    public ReadOnlySpan<double> ReferenceToResult => _referenceToResult;

    /// <summary>Hausdorff distance; NaN when a mask is empty.</summary>
    [Reference(ReferenceKind.Measure, "hd", "Hausdorff distance (HD)", Formula = "max(max d(P→R), max d(R→P))",
        Source = "Huttenlocher et al. 1993, doi 10.1109/34.232073; surfaces as in medpy", Test = "SurfaceDistancesTests", Note = Convention)]
    public double Hd => IsDefined ? Math.Max(_resultToReference.Max(), _referenceToResult.Max()) : double.NaN;

    /// <summary>95th percentile of all directed distances; NaN when a mask is empty.</summary>
    [Reference(ReferenceKind.Measure, "hd95", "95th percentile Hausdorff distance (HD95)", Formula = "95th percentile of d(P→R) and d(R→P) together",
        Source = "medpy, medpy.metric.binary.hd95", Test = "SurfaceDistancesTests", Note = Convention)]
    public double Hd95 => IsDefined ? Quantiles.Of([.. _resultToReference, .. _referenceToResult], 0.95) : double.NaN;

    /// <summary>Average surface distance from result to reference, one direction; NaN when a mask is empty.</summary>
    [Reference(ReferenceKind.Measure, "asd", "Average surface distance (ASD)", Formula = "mean of d(P→R)",
        Source = "medpy, medpy.metric.binary.asd", Test = "SurfaceDistancesTests", Note = Convention)]
    public double Asd => IsDefined ? _resultToReference.Average() : double.NaN;

    /// <summary>Average surface distance from reference to result; NaN when a mask is empty.</summary>
    public double AsdReverse => IsDefined ? _referenceToResult.Average() : double.NaN;

    /// <summary>Average symmetric surface distance: mean of the two directions; NaN when a mask is empty.</summary>
    [Reference(ReferenceKind.Measure, "assd", "Average symmetric surface distance (ASSD)", Formula = "(mean d(P→R) + mean d(R→P)) / 2",
        Source = "Heimann et al. 2009, doi 10.1109/TMI.2009.2013851; averaged as medpy does", Test = "SurfaceDistancesTests", Note = Convention)]
    public double Assd => (Asd + AsdReverse) / 2;

    /// <summary>Whether both masks have voxels.</summary>
    public bool IsDefined => _resultToReference.Length > 0 && _referenceToResult.Length > 0;

    /// <summary>Surface Dice at a tolerance that counts surface voxels: the share of both surfaces' voxels that lie within it of the
    /// other.</summary>
    /// <remarks>
    /// A simpler relative of <see cref="SurfaceDice"/>, from the same distances as the Hausdorff distance: every surface voxel weighs
    /// the same whatever area it stands for, and distances are those of voxel centres.
    /// </remarks>
    /// <param name="tolerance">The tolerance in the unit of the spacing, 0 or more.</param>
    /// <returns>A number in [0, 1]; NaN when a mask is empty.</returns>
    [Reference(ReferenceKind.Measure, "surface-voxels-within", "Surface Dice at tolerance, by surface voxels",
        Formula = "(#{d(P→R) ≤ τ} + #{d(R→P) ≤ τ}) / (|S_P| + |S_R|)",
        Source = "after Nikolov et al. 2018, arXiv 1809.04430", Test = "SurfaceDistancesTests",
        Note = "Not weighted by area; tables hold the area-weighted one (nsd).")]
    public double WithinTolerance(double tolerance)
    {
        if (!(tolerance >= 0) || double.IsInfinity(tolerance))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be a finite length of 0 or more.");
        var reach = tolerance * (1 + 1e-12); // as in SurfaceDice
        return IsDefined
            ? (_resultToReference.Count(d => d <= reach) + _referenceToResult.Count(d => d <= reach))
                / (double)(_resultToReference.Length + _referenceToResult.Length)
            : double.NaN;
    }

    /// <summary>Measures two masks.</summary>
    /// <param name="result">Predicted mask, row-major.</param>
    /// <param name="reference">True mask, row-major.</param>
    /// <param name="shape">Voxels along each axis, 2-D or 3-D (any number of axes works).</param>
    /// <param name="spacing">Voxel spacing along each axis.</param>
    /// <returns>The directed distances; NaN where one mask is empty.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, or the spacing is not positive.</exception>
    public static SurfaceDistances Between(bool[] result, bool[] reference, ReadOnlySpan<int> shape, ReadOnlySpan<double> spacing)
    {
        if (result.Length != reference.Length)
            throw new ArgumentException($"The masks differ in size: {result.Length} and {reference.Length} voxels.", nameof(reference));
        DistanceTransform.Check(result.Length, shape, spacing);
        return Between(MaskBox.Around(result, reference, shape), spacing);
    }

    internal static SurfaceDistances Between(MaskBox box, ReadOnlySpan<double> spacing)
    {
        var surface = box.Surface(box.Result);
        var target = box.Surface(box.Reference);
        return new SurfaceDistances(Directed(surface, target, box.Shape, spacing), Directed(target, surface, box.Shape, spacing));
    }

    private static double[] Directed(bool[] from, bool[] to, int[] shape, ReadOnlySpan<double> spacing)
    {
        var squared = DistanceTransform.Squared(to, from, shape, spacing);
        var distances = new List<double>();
        for (var i = 0; i < from.Length; i++)
            if (from[i])
                distances.Add(Math.Sqrt(squared[i]));
        return [.. distances];
    }
}
