namespace MarginNotebooks.Data.Nifti;

/// <summary>The voxel types of NIfTI, with the codes of the header's <c>datatype</c> field (nifti1.h).</summary>
public enum NiftiDataType : short
{
    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 4,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 8,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float32 = 16,

    /// <summary>Two 32-bit floats: real, imaginary.</summary>
    Complex64 = 32,

    /// <summary>IEEE 754, 64 bits.</summary>
    Float64 = 64,

    /// <summary>Three bytes: red, green, blue.</summary>
    Rgb24 = 128,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 256,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 512,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 768,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 1024,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 1280,

    /// <summary>Two 64-bit floats: real, imaginary.</summary>
    Complex128 = 1792,

    /// <summary>Four bytes: red, green, blue, opacity.</summary>
    Rgba32 = 2304,
}
