namespace MarginNotebooks.Data;

/// <summary>Distance between the centres of neighbouring voxels along each axis, in millimetres unless the source gives no unit.</summary>
/// <param name="Depth">Distance between slices.</param>
/// <param name="Height">Distance between rows of a slice.</param>
/// <param name="Width">Distance between columns of a slice.</param>
public readonly record struct VoxelSpacing(double Depth, double Height, double Width)
{
    /// <summary>One unit along every axis: distances are then counted in voxels.</summary>
    public static VoxelSpacing Unit => new(1, 1, 1);
}
