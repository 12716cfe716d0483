using System.Numerics;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Data.Nifti;

/// <summary>
/// From stored numbers to intensities: <c>value = scl_slope · stored + scl_inter</c>, in one pass; a slope of 0 means "as stored".
/// </summary>
internal static class NiftiIntensities
{
    public static TResult[] Scaled<TResult>(NiftiImage image)
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        var data = image.Data;
        return image.Header.DataType switch
        {
            NiftiDataType.UInt8 => Scale<byte, TResult>(data, image.Header),
            NiftiDataType.Int8 => Scale<sbyte, TResult>(data, image.Header),
            NiftiDataType.Int16 => Scale<short, TResult>(data, image.Header),
            NiftiDataType.UInt16 => Scale<ushort, TResult>(data, image.Header),
            NiftiDataType.Int32 => Scale<int, TResult>(data, image.Header),
            NiftiDataType.UInt32 => Scale<uint, TResult>(data, image.Header),
            NiftiDataType.Int64 => Scale<long, TResult>(data, image.Header),
            NiftiDataType.UInt64 => Scale<ulong, TResult>(data, image.Header),
            NiftiDataType.Float32 => Scale<float, TResult>(data, image.Header),
            NiftiDataType.Float64 => Scale<double, TResult>(data, image.Header),
            NiftiDataType.Complex64 or NiftiDataType.Complex128 => throw new NotSupportedException(
                $"The voxels are {image.Header.DataType}: there is no single intensity; take ToComplex() and choose magnitude, phase or a part."),
            var type => throw new NotSupportedException(
                $"The voxels are {type}: colours have no single intensity; take Stored<byte>() and choose a channel."),
        };
    }

    public static Complex[] ScaledComplex(NiftiImage image)
    {
        var header = image.Header;
        var numbers = header.DataType switch
        {
            NiftiDataType.Complex64 => Scale<float, double>(image.Data, header),
            NiftiDataType.Complex128 => Scale<double, double>(image.Data, header),
            var type => throw new NotSupportedException($"The voxels are {type}, not complex; take ToFloat() or ToDouble()."),
        };
        return MemoryMarshal.Cast<double, Complex>(numbers).ToArray();
    }

    private static TResult[] Scale<TStored, TResult>(byte[] data, NiftiHeader header)
        where TStored : unmanaged, INumberBase<TStored>
        where TResult : unmanaged, IFloatingPointIeee754<TResult>
    {
        var stored = MemoryMarshal.Cast<byte, TStored>(data);
        var result = GC.AllocateUninitializedArray<TResult>(stored.Length);
        if (!header.IsScaled)
        {
            for (var i = 0; i < result.Length; i++)
                result[i] = TResult.CreateTruncating(stored[i]);
            return result;
        }
        var (slope, intercept) = (header.SclSlope, header.SclInter);
        for (var i = 0; i < result.Length; i++)
            result[i] = TResult.CreateTruncating(double.CreateTruncating(stored[i]) * slope + intercept);
        return result;
    }
}
