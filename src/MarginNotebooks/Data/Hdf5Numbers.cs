using System.Numerics;
using PureHDF;

namespace MarginNotebooks.Data;

/// <summary>Reads HDF5 data sets and attributes of whatever number type they have.</summary>
internal static class Hdf5Numbers
{
    /// <summary>All numbers as float, in file order, and the extents.</summary>
    public static (float[] Values, int[] Dims) ReadFloats(IH5Dataset dataset, string name) =>
        (Convert<float>(dataset, name, null), Dims(dataset));

    /// <summary>All numbers as classes 0 to 255, in file order, and the extents; a fraction or a larger number is an error.</summary>
    public static (byte[] Values, int[] Dims) ReadLabels(IH5Dataset dataset, string name)
    {
        string Wrong(double value) => $"{name}: {dataset.Name} holds {value}, which is not a class number from 0 to 255.";
        return (Convert<byte>(dataset, name, Wrong), Dims(dataset));
    }

    /// <summary>A text attribute of the file, or null.</summary>
    public static string? Text(IH5Object file, string attribute) =>
        file.AttributeExists(attribute) ? file.Attribute(attribute).Read<string>() : null;

    /// <summary>A list of numbers among the file's attributes, or null.</summary>
    public static double[]? Doubles(IH5Object file, string attribute) =>
        file.AttributeExists(attribute) ? file.Attribute(attribute).Read<double[]>() : null;

    internal static int[] Dims(IH5Dataset dataset) => [.. dataset.Space.Dimensions.Select(extent => checked((int)extent))];

    private static TResult[] Convert<TResult>(IH5Dataset dataset, string name, Func<double, string>? wrong)
        where TResult : unmanaged, INumberBase<TResult>
    {
        var type = dataset.Type;
        // h5py stores booleans as an enumeration of bytes.
        var (kind, signed) = type.Class == H5DataTypeClass.Enumerated
            ? (H5DataTypeClass.FixedPoint, false)
            : (type.Class, type.Class == H5DataTypeClass.FixedPoint && type.FixedPoint.IsSigned);
        return (kind, type.Size, signed) switch
        {
            (H5DataTypeClass.FloatingPoint, 2, _) => Narrow<Half, TResult>(dataset, wrong),
            (H5DataTypeClass.FloatingPoint, 4, _) => Narrow<float, TResult>(dataset, wrong),
            (H5DataTypeClass.FloatingPoint, 8, _) => Narrow<double, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 1, false) => Narrow<byte, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 1, true) => Narrow<sbyte, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 2, false) => Narrow<ushort, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 2, true) => Narrow<short, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 4, false) => Narrow<uint, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 4, true) => Narrow<int, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 8, false) => Narrow<ulong, TResult>(dataset, wrong),
            (H5DataTypeClass.FixedPoint, 8, true) => Narrow<long, TResult>(dataset, wrong),
            _ => throw new InvalidDataException($"{name}: {dataset.Name} holds {type.Class} of {type.Size} bytes, not numbers."),
        };
    }

    private static TResult[] Narrow<TStored, TResult>(IH5Dataset dataset, Func<double, string>? wrong)
        where TStored : unmanaged, INumberBase<TStored>
        where TResult : unmanaged, INumberBase<TResult>
    {
        var stored = dataset.Read<TStored[]>();
        // Not "stored is TResult[]": to the runtime an array of signed bytes is one of unsigned bytes too.
        if (typeof(TStored) == typeof(TResult))
            return (TResult[])(object)stored;
        var result = GC.AllocateUninitializedArray<TResult>(stored.Length);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = TResult.CreateTruncating(stored[i]);
            // Compared as doubles: converting −1 to a byte and back gives −1 again.
            if (wrong is not null && double.CreateTruncating(result[i]) != double.CreateTruncating(stored[i]))
                throw new InvalidDataException(wrong(double.CreateTruncating(stored[i])));
        }
        return result;
    }
}
