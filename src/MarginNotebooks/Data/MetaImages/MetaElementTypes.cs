using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>The element types of MetaImage and the number types that they stand for.</summary>
/// <remarks>
/// Sizes are those of the format and not of the machine: <c>MET_LONG</c> has 4 bytes, <c>MET_LONG_LONG</c> has 8. A type with the ending
/// <c>_ARRAY</c> is the bare type; <c>ElementNumberOfChannels</c> says how many numbers a voxel has. Source: metaTypes.h of MetaIO.
/// </remarks>
internal static class MetaElementTypes
{
    private const string Array = "_ARRAY";

    private static readonly Dictionary<string, NiftiDataType> Known = new(StringComparer.Ordinal)
    {
        ["MET_CHAR"] = NiftiDataType.Int8,
        ["MET_ASCII_CHAR"] = NiftiDataType.Int8,
        ["MET_UCHAR"] = NiftiDataType.UInt8,
        ["MET_SHORT"] = NiftiDataType.Int16,
        ["MET_USHORT"] = NiftiDataType.UInt16,
        ["MET_INT"] = NiftiDataType.Int32,
        ["MET_UINT"] = NiftiDataType.UInt32,
        ["MET_LONG"] = NiftiDataType.Int32,
        ["MET_ULONG"] = NiftiDataType.UInt32,
        ["MET_LONG_LONG"] = NiftiDataType.Int64,
        ["MET_ULONG_LONG"] = NiftiDataType.UInt64,
        ["MET_FLOAT"] = NiftiDataType.Float32,
        ["MET_DOUBLE"] = NiftiDataType.Float64,
    };

    /// <summary>The number type of an element type.</summary>
    /// <exception cref="InvalidDataException">There is no such type; the message lists those there are.</exception>
    public static NiftiDataType Parse(string elementType, string name)
    {
        var bare = elementType.EndsWith(Array, StringComparison.Ordinal) ? elementType[..^Array.Length] : elementType;
        return Known.TryGetValue(bare, out var type)
            ? type
            : throw new InvalidDataException(
                $"{name}: ElementType is '{elementType}', which holds no numbers; readable are {string.Join(", ", Known.Keys)}.");
    }
}
