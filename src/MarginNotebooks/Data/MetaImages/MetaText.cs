using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Data.MetaImages;

/// <summary>Numbers written as text (<c>BinaryData = False</c>).</summary>
internal static class MetaText
{
    /// <summary>Puts a number into an array in this machine's byte order.</summary>
    /// <exception cref="InvalidDataException">It is no number of this type.</exception>
    public static void Store(string word, NiftiDataType type, Span<byte> into, string name)
    {
        var fits = type switch
        {
            NiftiDataType.UInt8 => Put<byte>(word, into),
            NiftiDataType.Int8 => Put<sbyte>(word, into),
            NiftiDataType.Int16 => Put<short>(word, into),
            NiftiDataType.UInt16 => Put<ushort>(word, into),
            NiftiDataType.Int32 => Put<int>(word, into),
            NiftiDataType.UInt32 => Put<uint>(word, into),
            NiftiDataType.Int64 => Put<long>(word, into),
            NiftiDataType.UInt64 => Put<ulong>(word, into),
            NiftiDataType.Float32 => Put<float>(word, into),
            _ => Put<double>(word, into),
        };
        if (!fits)
            throw new InvalidDataException($"{name} holds '{word}', which is no {type}.");
    }

    private static bool Put<T>(string word, Span<byte> into)
        where T : unmanaged, INumber<T>
    {
        if (!T.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return false;
        MemoryMarshal.Write(into, in value);
        return true;
    }
}
