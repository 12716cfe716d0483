using System.Buffers.Binary;
using System.Text;

namespace MarginNotebooks.Data.Nifti;

/// <summary>Numbers and texts at fixed offsets of a header, in either byte order.</summary>
internal readonly ref struct HeaderBytes(Span<byte> bytes, bool bigEndian)
{
    private readonly Span<byte> bytes = bytes;

    public byte Byte(int at) => bytes[at];

    public short Int16(int at) =>
        bigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes[at..]) : BinaryPrimitives.ReadInt16LittleEndian(bytes[at..]);

    public int Int32(int at) =>
        bigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes[at..]) : BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    public long Int64(int at) =>
        bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes[at..]) : BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    public double Single(int at) => BitConverter.Int32BitsToSingle(Int32(at));

    public double Double(int at) => BitConverter.Int64BitsToDouble(Int64(at));

    public string Text(int at, int length)
    {
        var field = bytes.Slice(at, length);
        var end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    public void Byte(int at, int value) => bytes[at] = (byte)value;

    public void Int16(int at, long value, string field)
    {
        if (value is < short.MinValue or > short.MaxValue)
            throw new ArgumentException($"{field} is {value}, more than NIfTI-1 can hold ({short.MaxValue}); write version 2 instead.");
        if (bigEndian)
            BinaryPrimitives.WriteInt16BigEndian(bytes[at..], (short)value);
        else
            BinaryPrimitives.WriteInt16LittleEndian(bytes[at..], (short)value);
    }

    public void Int32(int at, int value)
    {
        if (bigEndian)
            BinaryPrimitives.WriteInt32BigEndian(bytes[at..], value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], value);
    }

    public void Int64(int at, long value)
    {
        if (bigEndian)
            BinaryPrimitives.WriteInt64BigEndian(bytes[at..], value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], value);
    }

    public void Single(int at, double value) => Int32(at, BitConverter.SingleToInt32Bits((float)value));

    public void Double(int at, double value) => Int64(at, BitConverter.DoubleToInt64Bits(value));

    public void Text(int at, int length, string value, string field)
    {
        var text = Encoding.Latin1.GetBytes(value);
        // The standard wants a closing zero.
        if (text.Length >= length)
            throw new ArgumentException($"{field} '{value}' has {text.Length} bytes; the header holds {length - 1}.");
        text.CopyTo(bytes[at..]);
    }
}
