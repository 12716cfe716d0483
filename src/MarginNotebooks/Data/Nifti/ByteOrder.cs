using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MarginNotebooks.Data.Nifti;

/// <summary>Turns numbers round in place.</summary>
internal static class ByteOrder
{
    /// <summary>Reverses the bytes of every group.</summary>
    /// <param name="data">A whole number of groups.</param>
    /// <param name="groupBytes">1, 2, 4 or 8.</param>
    public static void Reverse(Span<byte> data, int groupBytes)
    {
        switch (groupBytes)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(data);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(data);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(data);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
