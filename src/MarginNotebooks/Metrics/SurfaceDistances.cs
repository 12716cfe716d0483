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
    public double Hd => IsDefined ? Math.Max(_resultToReference.Max(), _referenceToResult.Max()) : double.NaN;

    /// <summary>95th percentile of all directed distances; NaN when a mask is empty.</summary>
    public double Hd95 => IsDefined ? Quantiles.Of([.. _resultToReference, .. _referenceToResult], 0.95) : double.NaN;

    /// <summary>Average surface distance from result to reference, one direction; NaN when a mask is empty.</summary>
    public double Asd => IsDefined ? _resultToReference.Average() : double.NaN;

    /// <summary>Average surface distance from reference to result; NaN when a mask is empty.</summary>
    public double AsdReverse => IsDefined ? _referenceToResult.Average() : double.NaN;

    /// <summary>Average symmetric surface distance: mean of the two directions; NaN when a mask is empty.</summary>
    public double Assd => (Asd + AsdReverse) / 2;

    /// <summary>Whether both masks have voxels.</summary>
    public bool IsDefined => _resultToReference.Length > 0 && _referenceToResult.Length > 0;

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
        var box = MaskBox.Around(result, reference, shape);
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
