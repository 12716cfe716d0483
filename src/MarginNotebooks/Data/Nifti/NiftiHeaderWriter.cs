namespace MarginNotebooks.Data.Nifti;

/// <summary>
/// Turns a <see cref="NiftiHeader"/> into bytes: header, extension flag and extensions, up to the first voxel of a single file.
/// </summary>
internal static class NiftiHeaderWriter
{
    /// <summary>The bytes before the voxels.</summary>
    public static byte[] Write(NiftiHeader header)
    {
        var size = header.Version == 2 ? NiftiHeaderReader.Version2Bytes : NiftiHeaderReader.Version1Bytes;
        var length = size + 4;
        foreach (var extension in header.Extensions)
            length += ExtensionBytes(extension);
        // Voxels begin at a multiple of 16, as the standard asks.
        length = (length + 15) / 16 * 16;
        var bytes = new byte[length];
        var fields = new HeaderBytes(bytes, header.BigEndian);
        fields.Int32(0, size);
        if (header.Version == 2)
            WriteVersion2(fields, header, length);
        else
            WriteVersion1(fields, header, length);
        if (header.Extensions.Count > 0)
            WriteExtensions(bytes, fields, header, size);
        return bytes;
    }

    private static void WriteVersion1(HeaderBytes f, NiftiHeader h, int voxOffset)
    {
        f.Byte(39, h.DimInfo);
        f.Int16(40, h.Shape.Count, "dim[0]");
        for (var i = 0; i < 7; i++)
            f.Int16(42 + 2 * i, i < h.Shape.Count ? h.Shape[i] : 1, $"dim[{i + 1}]");
        Singles(f, 56, h.IntentParameters);
        f.Int16(68, h.IntentCode, "intent_code");
        f.Int16(70, (short)h.DataType, "datatype");
        f.Int16(72, h.DataType.VoxelBytes() * 8, "bitpix");
        f.Int16(74, h.SliceStart, "slice_start");
        Singles(f, 76, h.PixDim);
        f.Single(108, voxOffset);
        f.Single(112, h.SclSlope);
        f.Single(116, h.SclInter);
        f.Int16(120, h.SliceEnd, "slice_end");
        f.Byte(122, h.SliceCode);
        f.Byte(123, h.XyztUnits);
        f.Single(124, h.CalMax);
        f.Single(128, h.CalMin);
        f.Single(132, h.SliceDuration);
        f.Single(136, h.TOffset);
        f.Text(148, 80, h.Description, "descrip");
        f.Text(228, 24, h.AuxFile, "aux_file");
        f.Int16(252, h.QformCode, "qform_code");
        f.Int16(254, h.SformCode, "sform_code");
        Singles(f, 256, h.Quaternion);
        Singles(f, 280, h.Srow);
        f.Text(328, 16, h.IntentName, "intent_name");
        f.Text(344, 4, "n+1", "magic");
    }

    private static void WriteVersion2(HeaderBytes f, NiftiHeader h, int voxOffset)
    {
        f.Text(4, 9, "n+2\0\r\n\u001a\n", "magic");
        f.Int16(12, (short)h.DataType, "datatype");
        f.Int16(14, h.DataType.VoxelBytes() * 8, "bitpix");
        f.Int64(16, h.Shape.Count);
        for (var i = 0; i < 7; i++)
            f.Int64(24 + 8 * i, i < h.Shape.Count ? h.Shape[i] : 1);
        Doubles(f, 80, h.IntentParameters);
        Doubles(f, 104, h.PixDim);
        f.Int64(168, voxOffset);
        f.Double(176, h.SclSlope);
        f.Double(184, h.SclInter);
        f.Double(192, h.CalMax);
        f.Double(200, h.CalMin);
        f.Double(208, h.SliceDuration);
        f.Double(216, h.TOffset);
        f.Int64(224, h.SliceStart);
        f.Int64(232, h.SliceEnd);
        f.Text(240, 80, h.Description, "descrip");
        f.Text(320, 24, h.AuxFile, "aux_file");
        f.Int32(344, h.QformCode);
        f.Int32(348, h.SformCode);
        Doubles(f, 352, h.Quaternion);
        Doubles(f, 400, h.Srow);
        f.Int32(496, h.SliceCode);
        f.Int32(500, h.XyztUnits);
        f.Int32(504, h.IntentCode);
        f.Text(508, 16, h.IntentName, "intent_name");
        f.Byte(524, h.DimInfo);
    }

    private static void WriteExtensions(byte[] bytes, HeaderBytes fields, NiftiHeader header, int size)
    {
        bytes[size] = 1;
        var at = size + 4;
        foreach (var extension in header.Extensions)
        {
            var length = ExtensionBytes(extension);
            fields.Int32(at, length);
            fields.Int32(at + 4, extension.Code);
            extension.Content.Span.CopyTo(bytes.AsSpan(at + 8));
            at += length;
        }
    }

    private static int ExtensionBytes(NiftiExtension extension) => (extension.Content.Length + 8 + 15) / 16 * 16;

    private static void Singles(HeaderBytes f, int at, IReadOnlyList<double> values)
    {
        for (var i = 0; i < values.Count; i++)
            f.Single(at + 4 * i, values[i]);
    }

    private static void Doubles(HeaderBytes f, int at, IReadOnlyList<double> values)
    {
        for (var i = 0; i < values.Count; i++)
            f.Double(at + 8 * i, values[i]);
    }
}
