using MarginNotebooks.Reference;

namespace MarginNotebooks.Metrics;

/// <summary>How much larger the predicted structure is than the true one; says nothing of where it lies.</summary>
/// <remarks>
/// <c>VD = V(P) − V(R)</c> in millilitres and <c>RVD = (V(P) − V(R)) / V(R)</c>, with V the number of voxels times the volume of one. The
/// signs cancel in a mean over cases, which is then the bias; the absolute ones do not, and are the error.
/// </remarks>
/// <param name="Result">Predicted volume in ml.</param>
/// <param name="Reference">True volume in ml.</param>
public readonly record struct VolumeDifference(double Result, double Reference)
{
    /// <summary>Predicted minus true volume in ml.</summary>
    [Reference(ReferenceKind.Measure, "vd", "Volume difference", Formula = "V(P) − V(R), in ml",
        Source = "Heimann et al. 2009, doi 10.1109/TMI.2009.2013851", Test = "VolumeDifferenceTests")]
    public double Signed => Result - Reference;

    /// <summary>Absolute difference in ml.</summary>
    [Reference(ReferenceKind.Measure, "avd", "Absolute volume difference", Formula = "|V(P) − V(R)|, in ml",
        Source = "Heimann et al. 2009, doi 10.1109/TMI.2009.2013851", Test = "VolumeDifferenceTests")]
    public double Absolute => Math.Abs(Signed);

    /// <summary>Difference as a share of the true volume: −1 when nothing was predicted; NaN when the reference is empty.</summary>
    [Reference(ReferenceKind.Measure, "rvd", "Relative volume difference", Formula = "(V(P) − V(R)) / V(R)",
        Source = "Heimann et al. 2009, doi 10.1109/TMI.2009.2013851", Test = "VolumeDifferenceTests")]
    public double Relative => Reference > 0 ? Signed / Reference : double.NaN;

    /// <summary>Absolute difference as a share of the true volume; NaN when the reference is empty.</summary>
    [Reference(ReferenceKind.Measure, "arvd", "Absolute relative volume difference", Formula = "|V(P) − V(R)| / V(R)",
        Source = "Heimann et al. 2009, doi 10.1109/TMI.2009.2013851", Test = "VolumeDifferenceTests")]
    public double AbsoluteRelative => Math.Abs(Relative);

    /// <summary>From voxel counts.</summary>
    /// <param name="overlap">The counts.</param>
    /// <param name="voxelVolume">Volume of a voxel in mm³.</param>
    /// <returns>The volumes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The volume is not positive.</exception>
    public static VolumeDifference Of(Overlap overlap, double voxelVolume)
    {
        if (!(voxelVolume > 0) || double.IsInfinity(voxelVolume))
            throw new ArgumentOutOfRangeException(nameof(voxelVolume), voxelVolume, "A voxel's volume must be positive and finite.");
        return new VolumeDifference(overlap.Result * voxelVolume / 1000, overlap.Reference * voxelVolume / 1000);
    }
}
