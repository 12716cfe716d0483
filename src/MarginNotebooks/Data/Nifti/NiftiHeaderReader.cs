using System.Buffers.Binary;

namespace MarginNotebooks.Data.Nifti;

/// <summary>
/// Turns the bytes of a header into a <see cref="NiftiHeader"/>, and says clearly what is wrong with those that are none.
/// </summary>
internal static class NiftiHeaderReader
{
    /// <summary>Bytes of a version 1 header.</summary>
    public const int Version1Bytes = 348;

    /// <summary>Bytes of a version 2 header.</summary>
    public const int Version2Bytes = 540;

    /// <summary>Size, version and byte order, from the first four bytes.</summary>
    public static (int Bytes, bool BigEndian) Recognise(ReadOnlySpan<byte> start, string name)
    {
        var little = BinaryPrimitives.ReadInt32LittleEndian(start);
        var big = BinaryPrimitives.ReadInt32BigEndian(start);
        if (little is Version1Bytes or Version2Bytes)
            return (little, false);
        if (big is Version1Bytes or Version2Bytes)
            return (big, true);
        throw new InvalidDataException(
            $"{name}: not a NIfTI file: it begins with the number {little} ({big} in big-endian order); NIfTI-1 begins with 348, NIfTI-2 with 540.");
    }

    /// <summary>Reads a whole header of the size that <see cref="Recognise"/> gave.</summary>
    public static NiftiHeader Read(Span<byte> bytes, bool bigEndian, string name)
    {
        var fields = new HeaderBytes(bytes, bigEndian);
        var header = bytes.Length == Version1Bytes ? ReadVersion1(fields, bigEndian, name) : ReadVersion2(fields, bigEndian, name);
        if (header.SclSlope != 0 && double.IsFinite(header.SclSlope) && !double.IsFinite(header.SclInter))
            throw new InvalidDataException(
                $"{name}: scl_slope is {header.SclSlope} but scl_inter is {header.SclInter}; no intensity follows.");
        if (header.IsPair)
            return header;
        var least = bytes.Length + 4;
        if (header.VoxOffset == 0)
            return header with { VoxOffset = least };
        return header.VoxOffset >= least
            ? header
            : throw new InvalidDataException($"{name}: vox_offset is {header.VoxOffset}, inside the header; it must be at least {least}.");
    }

    private static NiftiHeader ReadVersion1(HeaderBytes f, bool bigEndian, string name)
    {
        var magic = f.Text(344, 4);
        var dim = new long[8];
        for (var i = 0; i < 8; i++)
            dim[i] = f.Int16(40 + 2 * i);
        return new NiftiHeader
        {
            Version = 1,
            BigEndian = bigEndian,
            IsPair = magic switch
            {
                "n+1" => false,
                "ni1" => true,
                "" => throw new InvalidDataException(
                    $"{name}: an Analyze 7.5 header (no NIfTI magic at byte 344); convert the file to NIfTI first."),
                _ => throw WrongMagic(name, magic, "'n+1' or 'ni1' at byte 344"),
            },
            DimInfo = f.Byte(39),
            Shape = Shape(dim, name),
            IntentParameters = [f.Single(56), f.Single(60), f.Single(64)],
            IntentCode = f.Int16(68),
            DataType = NiftiDataTypes.FromCode(f.Int16(70), name),
            SliceStart = f.Int16(74),
            PixDim = Singles(f, 76, 8),
            VoxOffset = Offset(f.Single(108), name),
            SclSlope = f.Single(112),
            SclInter = f.Single(116),
            SliceEnd = f.Int16(120),
            SliceCode = f.Byte(122),
            XyztUnits = f.Byte(123),
            CalMax = f.Single(124),
            CalMin = f.Single(128),
            SliceDuration = f.Single(132),
            TOffset = f.Single(136),
            Description = f.Text(148, 80),
            AuxFile = f.Text(228, 24),
            QformCode = f.Int16(252),
            SformCode = f.Int16(254),
            Quaternion = Singles(f, 256, 6),
            Srow = Singles(f, 280, 12),
            IntentName = f.Text(328, 16),
        };
    }

    private static NiftiHeader ReadVersion2(HeaderBytes f, bool bigEndian, string name)
    {
        var magic = f.Text(4, 8);
        var dim = new long[8];
        for (var i = 0; i < 8; i++)
            dim[i] = f.Int64(16 + 8 * i);
        return new NiftiHeader
        {
            Version = 2,
            BigEndian = bigEndian,
            // After the name the magic holds four bytes that a transfer in text mode would damage.
            IsPair = magic switch
            {
                "n+2" => false,
                "ni2" => true,
                _ => throw WrongMagic(name, magic, "'n+2' or 'ni2' at byte 4"),
            },
            DataType = NiftiDataTypes.FromCode(f.Int16(12), name),
            Shape = Shape(dim, name),
            IntentParameters = Doubles(f, 80, 3),
            PixDim = Doubles(f, 104, 8),
            VoxOffset = f.Int64(168) is >= 0 and var offset
                ? offset
                : throw new InvalidDataException($"{name}: vox_offset is {f.Int64(168)}; it cannot be negative."),
            SclSlope = f.Double(176),
            SclInter = f.Double(184),
            CalMax = f.Double(192),
            CalMin = f.Double(200),
            SliceDuration = f.Double(208),
            TOffset = f.Double(216),
            SliceStart = f.Int64(224),
            SliceEnd = f.Int64(232),
            Description = f.Text(240, 80),
            AuxFile = f.Text(320, 24),
            QformCode = f.Int32(344),
            SformCode = f.Int32(348),
            Quaternion = Doubles(f, 352, 6),
            Srow = Doubles(f, 400, 12),
            SliceCode = f.Int32(496),
            XyztUnits = f.Int32(500),
            IntentCode = f.Int32(504),
            IntentName = f.Text(508, 16),
            DimInfo = f.Byte(524),
        };
    }

    private static int[] Shape(long[] dim, string name)
    {
        if (dim[0] is < 1 or > 7)
            throw new InvalidDataException($"{name}: the header claims {dim[0]} dimensions; NIfTI has 1 to 7.");
        var shape = new int[dim[0]];
        for (var i = 0; i < shape.Length; i++)
        {
            var extent = dim[i + 1];
            if (extent is < 1 or > int.MaxValue)
                throw new InvalidDataException($"{name}: dimension {i + 1} of {dim[0]} is {extent}; it must be 1 to {int.MaxValue}.");
            shape[i] = (int)extent;
        }
        return shape;
    }

    private static long Offset(double value, string name) => value is >= 0 and < 1e15
        ? (long)value
        : throw new InvalidDataException($"{name}: vox_offset is {value}; it must be 0 or more.");

    private static double[] Singles(HeaderBytes f, int at, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = f.Single(at + 4 * i);
        return values;
    }

    private static double[] Doubles(HeaderBytes f, int at, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = f.Double(at + 8 * i);
        return values;
    }

    private static InvalidDataException WrongMagic(string name, string magic, string expected) => new(
        $"{name}: not a NIfTI file: its magic is '{string.Concat(magic.Select(c => char.IsControl(c) ? '?' : c))}', expected {expected}.");
}
