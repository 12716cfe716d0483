namespace MarginNotebooks.Data.Nifti;

/// <summary>Sizes and kinds of the voxel types.</summary>
public static class NiftiDataTypes
{
    /// <summary>Bytes of one voxel.</summary>
    /// <param name="type">The voxel type.</param>
    /// <returns>1 to 16.</returns>
    public static int VoxelBytes(this NiftiDataType type) => type switch
    {
        NiftiDataType.UInt8 or NiftiDataType.Int8 => 1,
        NiftiDataType.Int16 or NiftiDataType.UInt16 => 2,
        NiftiDataType.Rgb24 => 3,
        NiftiDataType.Int32 or NiftiDataType.UInt32 or NiftiDataType.Float32 or NiftiDataType.Rgba32 => 4,
        NiftiDataType.Int64 or NiftiDataType.UInt64 or NiftiDataType.Float64 or NiftiDataType.Complex64 => 8,
        NiftiDataType.Complex128 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a NIfTI voxel type that can be read."),
    };

    /// <summary>True for integers and real numbers: the types that scale to one intensity a voxel.</summary>
    /// <param name="type">The voxel type.</param>
    /// <returns>False for complex numbers and colours.</returns>
    public static bool IsReal(this NiftiDataType type) => !type.IsComplex() && !type.IsColour();

    /// <summary>True for the two complex types.</summary>
    /// <param name="type">The voxel type.</param>
    /// <returns>True when a voxel has a real and an imaginary part.</returns>
    public static bool IsComplex(this NiftiDataType type) => type is NiftiDataType.Complex64 or NiftiDataType.Complex128;

    /// <summary>True for the two colour types.</summary>
    /// <param name="type">The voxel type.</param>
    /// <returns>True when a voxel is a colour.</returns>
    public static bool IsColour(this NiftiDataType type) => type is NiftiDataType.Rgb24 or NiftiDataType.Rgba32;

    /// <summary>
    /// Bytes that are swapped together when the byte order changes: half a voxel for complex numbers, one byte for colours.
    /// </summary>
    /// <param name="type">The voxel type.</param>
    /// <returns>1, 2, 4 or 8.</returns>
    internal static int SwapBytes(this NiftiDataType type) =>
        type.IsColour() ? 1 : type.IsComplex() ? type.VoxelBytes() / 2 : type.VoxelBytes();

    /// <summary>The voxel type of a header's code, or an error that names what the code means.</summary>
    /// <param name="code">The header's <c>datatype</c>.</param>
    /// <param name="name">The file, for the message.</param>
    /// <returns>The type.</returns>
    /// <exception cref="InvalidDataException">The type is unknown, or known and not readable.</exception>
    internal static NiftiDataType FromCode(int code, string name) => code switch
    {
        1536 => throw new InvalidDataException(
            $"{name}: voxels are 128-bit floats (datatype 1536), which .NET cannot represent; convert the file to float64 first."),
        2048 => throw new InvalidDataException(
            $"{name}: voxels are 256-bit complex numbers (datatype 2048), which .NET cannot represent; convert the file to complex128 first."),
        1 => throw new InvalidDataException(
            $"{name}: voxels are single bits (datatype 1), which are not supported; convert the file to uint8."),
        >= short.MinValue and <= short.MaxValue when Enum.IsDefined((NiftiDataType)code) => (NiftiDataType)code,
        _ => throw new InvalidDataException($"{name}: datatype {code} is not a voxel type of the NIfTI standard."),
    };

    /// <summary>The voxel type of a .NET number type.</summary>
    /// <param name="type">The element type of an array.</param>
    /// <returns>The matching voxel type.</returns>
    /// <exception cref="NotSupportedException">NIfTI has no such type.</exception>
    internal static NiftiDataType FromClr(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => NiftiDataType.UInt8,
        TypeCode.SByte => NiftiDataType.Int8,
        TypeCode.Int16 => NiftiDataType.Int16,
        TypeCode.UInt16 => NiftiDataType.UInt16,
        TypeCode.Int32 => NiftiDataType.Int32,
        TypeCode.UInt32 => NiftiDataType.UInt32,
        TypeCode.Int64 => NiftiDataType.Int64,
        TypeCode.UInt64 => NiftiDataType.UInt64,
        TypeCode.Single => NiftiDataType.Float32,
        TypeCode.Double => NiftiDataType.Float64,
        _ when type == typeof(System.Numerics.Complex) => NiftiDataType.Complex128,
        _ => throw new NotSupportedException($"NIfTI has no voxel type for {type.Name}; use an integer, float, double or Complex."),
    };
}
