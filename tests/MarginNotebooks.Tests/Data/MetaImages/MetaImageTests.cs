using MarginNotebooks.Data;
using MarginNotebooks.Data.MetaImages;

namespace MarginNotebooks.Tests.Data.MetaImages;

public sealed class MetaImageTests
{
    private static readonly int[] Shape = [5, 4, 3];

    [Fact]
    public void Every_type_and_byte_order_gives_the_stored_numbers()
    {
        void Check<T>(string type)
            where T : unmanaged, System.Numerics.INumber<T>
        {
            var values = MetaFile.Ramp<T>(60);
            foreach (var big in (bool[])[false, true])
                foreach (var field in (string[])["BinaryDataByteOrderMSB", "ElementByteOrderMSB"])
                {
                    using var folder = new TemporaryFolder();
                    File.WriteAllText(folder["a.mhd"], MetaFile.Header(Shape, type, "a.raw", ("BinaryDataByteOrderMSB", ""), (field, big ? "True" : "False")));
                    File.WriteAllBytes(folder["a.raw"], MetaFile.Bytes(values, big));
                    var image = MetaImage.Read(folder["a.mhd"]);
                    Assert.Equal(values.Select(double.CreateTruncating), image.ToDouble());
                    Assert.Equal(values.Select(float.CreateTruncating), image.ToFloat());
                    Assert.Equal(type, image.Header.ElementType);
                }
        }

        Check<sbyte>("MET_CHAR");
        Check<byte>("MET_UCHAR");
        Check<short>("MET_SHORT");
        Check<ushort>("MET_USHORT");
        Check<int>("MET_INT");
        Check<uint>("MET_UINT");
        Check<int>("MET_LONG");
        Check<uint>("MET_ULONG");
        Check<long>("MET_LONG_LONG");
        Check<ulong>("MET_ULONG_LONG");
        Check<float>("MET_FLOAT");
        Check<double>("MET_DOUBLE");
        Check<short>("MET_SHORT_ARRAY");
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("local")]
    [InlineData("zlib")]
    [InlineData("gzip")]
    [InlineData("zlib-local-sized")]
    [InlineData("zlib-header")]
    [InlineData("list")]
    [InlineData("list-of-volumes")]
    [InlineData("list-packed")]
    [InlineData("pattern")]
    [InlineData("pattern-from-7-by-5")]
    [InlineData("header-of-100")]
    [InlineData("header-unknown")]
    [InlineData("text")]
    [InlineData("crlf")]
    public void Every_place_of_the_numbers_is_found(string kind)
    {
        using var folder = new TemporaryFolder();
        var values = MetaFile.Ramp<short>(60);
        Put(folder, kind, values);
        var image = MetaImage.Read(folder["a.mhd"]);
        Assert.Equal(Shape, image.Shape);
        Assert.Equal(values.Select(value => (float)value), image.ToFloat());
        Assert.Equal(new VoxelSpacing(2.5, 1.5, 0.5), image.Spacing);
    }

    /// <summary>Writes an <c>a.mhd</c> of 5 × 4 × 3 shorts whose numbers lie somewhere.</summary>
    internal static void Put(TemporaryFolder folder, string kind, short[] values)
    {
        var bytes = MetaFile.Bytes(values);
        void Mhd(string dataFile, params (string, string)[] more) => File.WriteAllText(folder["a.mhd"], MetaFile.Header(Shape, "MET_SHORT", dataFile, more));
        byte[] Slice(int slice) => bytes[(slice * 40)..(slice * 40 + 40)];
        switch (kind)
        {
            case "raw":
                Mhd("a.raw");
                File.WriteAllBytes(folder["a.raw"], bytes);
                break;
            case "crlf":
                File.WriteAllText(folder["a.mhd"], MetaFile.Header(Shape, "MET_SHORT", "a.raw").ReplaceLineEndings("\r\n"));
                File.WriteAllBytes(folder["a.raw"], bytes);
                break;
            case "local":
                Append(folder["a.mhd"], MetaFile.Header(Shape, "MET_SHORT", "LOCAL"), bytes);
                break;
            case "zlib" or "gzip":
                Mhd("a.zraw", ("CompressedData", "True"));
                File.WriteAllBytes(folder["a.zraw"], MetaFile.Packed(bytes, kind == "gzip"));
                break;
            case "zlib-local-sized":
                var packed = MetaFile.Packed(bytes);
                Append(
                    folder["a.mhd"],
                    MetaFile.Header(Shape, "MET_SHORT", "LOCAL", ("CompressedData", "True"), ("CompressedDataSize", $"{packed.Length}")), [.. packed, 13, 10]);
                break;
            case "zlib-header":
                Mhd("a.zraw", ("CompressedData", "True"), ("HeaderSize", "7"));
                File.WriteAllBytes(folder["a.zraw"], [1, 2, 3, 4, 5, 6, 7, .. MetaFile.Packed(bytes)]);
                break;
            case "list" or "list-packed":
                Mhd("LIST", ("CompressedData", kind == "list-packed" ? "True" : "False"));
                File.AppendAllText(folder["a.mhd"], "third.raw\nfirst.raw\nsecond.raw\n");
                string[] names = ["third.raw", "first.raw", "second.raw"];
                for (var i = 0; i < 3; i++)
                    File.WriteAllBytes(folder[names[i]], kind == "list" ? Slice(i) : MetaFile.Packed(Slice(i)));
                break;
            case "list-of-volumes":
                Mhd("LIST 3D");
                File.AppendAllText(folder["a.mhd"], "whole.raw\n");
                File.WriteAllBytes(folder["whole.raw"], bytes);
                break;
            case "pattern":
                Mhd("s%03d.raw");
                for (var i = 0; i < 3; i++)
                    File.WriteAllBytes(folder[$"s{i + 1:000}.raw"], Slice(i));
                break;
            case "pattern-from-7-by-5":
                Mhd("s%d.raw 7 17 5");
                for (var i = 0; i < 3; i++)
                    File.WriteAllBytes(folder[$"s{7 + 5 * i}.raw"], Slice(i));
                break;
            case "header-of-100":
                Mhd("a.raw", ("HeaderSize", "100"));
                File.WriteAllBytes(folder["a.raw"], [.. new byte[100], .. bytes]);
                break;
            case "header-unknown":
                Mhd("a.raw", ("HeaderSize", "-1"));
                File.WriteAllBytes(folder["a.raw"], [.. new byte[123], .. bytes]);
                break;
            case "text":
                Mhd("a.txt", ("BinaryData", "False"));
                File.WriteAllText(folder["a.txt"], string.Join(' ', values));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }

    [Fact]
    public void Channels_come_one_after_the_other()
    {
        using var folder = new TemporaryFolder();
        MetaFile.Write<byte>(folder["a.mhd"], [2, 2], "MET_UCHAR", [1, 10, 100, 2, 20, 200, 3, 30, 130, 4, 40, 140], ("ElementNumberOfChannels", "3"));
        Assert.Equal([1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 130, 140], MetaImage.Read(folder["a.mhd"]).ToFloat());
    }

    [Fact]
    public void Two_and_four_axes_are_read()
    {
        using var folder = new TemporaryFolder();
        var values = MetaFile.Ramp<short>(2 * 3 * 4 * 5);
        MetaFile.Write(folder["a.mhd"], [2, 3, 4, 5], "MET_SHORT", values);
        Assert.Equal(values.Select(value => (float)value), MetaImage.Read(folder["a.mhd"]).ToFloat());
        MetaFile.Write(folder["b.mhd"], [6, 20], "MET_SHORT", values);
        var flat = MetaImage.Read(folder["b.mhd"]);
        Assert.Equal([6, 20], flat.Shape);
        Assert.Equal(new VoxelSpacing(1, 1.5, 0.5), flat.Spacing);
    }

    [Fact]
    public void Geometry_is_turned_to_right_anterior_superior()
    {
        using var folder = new TemporaryFolder();
        MetaImage Of(params (string, string)[] more)
        {
            MetaFile.Write(folder["a.mhd"], Shape, "MET_UCHAR", new byte[60], more);
            return MetaImage.Read(folder["a.mhd"]);
        }

        var turned = Of(("TransformMatrix", "0 1 0 -1 0 0 0 0 1"), ("Offset", "10 -20 30"));
        Assert.Equal(new double[,] { { 0, 1.5, 0, -10 }, { -0.5, 0, 0, 20 }, { 0, 0, 2.5, 30 }, { 0, 0, 0, 1 } }, turned.Affine);
        Assert.True(turned.Header.HasDirections);
        // From left, anterior, inferior: x runs to the right.
        Assert.Equal(0.5, Of(("AnatomicalOrientation", "LAI")).Affine[0, 0]);
        // A matrix counts more than the letters.
        Assert.Equal(-0.5, Of(("AnatomicalOrientation", "LAI"), ("TransformMatrix", "1 0 0 0 1 0 0 0 1")).Affine[0, 0]);
        var plain = Of(("AnatomicalOrientation", "???"));
        Assert.Equal((-0.5, false), (plain.Affine[0, 0], plain.Header.HasDirections));
        Assert.Equal(new VoxelSpacing(9, 8, 7), Of(("ElementSpacing", ""), ("ElementSize", "7 8 9")).Spacing);
        Assert.Equal(new VoxelSpacing(3, 2, 1), Of(("ElementSpacing", "1 2 3"), ("ElementSize", "7 8 9")).Spacing);
        var none = Of(("ElementSpacing", ""));
        Assert.Equal((VoxelSpacing.Unit, false), (none.Spacing, none.Header.HasSpacing));
    }

    [Fact]
    public void What_is_wrong_is_said_with_the_value_and_the_file()
    {
        using var folder = new TemporaryFolder();
        string Error(string header, byte[]? raw = null)
        {
            File.WriteAllText(folder["a.mhd"], header);
            if (raw is not null)
                File.WriteAllBytes(folder["a.raw"], raw);
            return Assert.Throws<InvalidDataException>(() => MetaImage.Read(folder["a.mhd"])).Message;
        }

        string Mhd(params (string, string)[] more) => MetaFile.Header(Shape, "MET_SHORT", "a.raw", more);
        var missing = Error(Mhd());
        Assert.Contains("a.raw", missing);
        Assert.Contains("does not exist", missing);
        var whole = MetaFile.Bytes(MetaFile.Ramp<short>(60));
        var cut = Error(Mhd(), whole[..100]);
        Assert.Contains("120 bytes are needed, 100 are there", cut);
        Assert.Contains("a.raw", cut);
        Assert.Contains("121 bytes where the header asks for 120", Error(Mhd(), [.. whole, 0]));
        Assert.Contains("ends too early", Error(Mhd(("HeaderSize", "40")), whole));
        Assert.Contains("ends too early", Error(Mhd(("HeaderSize", "-1")), whole[..7]));
        Assert.Contains("HeaderSize is -2", Error(Mhd(("HeaderSize", "-2")), whole));
        Assert.Contains("CompressedDataSize is missing", Error(Mhd(("HeaderSize", "-1"), ("CompressedData", "True")), whole));
        var packed = MetaFile.Packed(whole);
        Assert.Contains("cannot be unpacked", Error(Mhd(("CompressedData", "True")), packed[..(packed.Length / 2)]));
        Assert.Contains("cannot be unpacked", Error(Mhd(("CompressedData", "True")), [1, 2, 3, 4]));
        Assert.Contains("more than the 60 bytes", Error(MetaFile.Header(Shape, "MET_UCHAR", "a.raw", ("CompressedData", "True")), packed));
        Assert.Contains("bytes are needed", Error(Mhd(("CompressedData", "True"), ("CompressedDataSize", "5000")), packed));
        Assert.Contains("MET_STRING", Error(MetaFile.Header(Shape, "MET_STRING", "a.raw"), whole));
        Assert.Contains("NDims is 5", Error(Mhd(("NDims", "5")), whole));
        Assert.Contains("DimSize has 2 numbers", Error(Mhd(("DimSize", "5 4")), whole));
        Assert.Contains("DimSize is '5 0 3'", Error(Mhd(("DimSize", "5 0 3")), whole));
        Assert.Contains("'x'", Error(Mhd(("ElementSpacing", "1 x 2")), whole));
        Assert.Contains("without extent", Error(Mhd(("ElementSpacing", "1 0 2")), whole));
        Assert.Contains("ObjectType is 'Tube'", Error(Mhd(("ObjectType", "Tube")), whole));
        Assert.Contains("neither True nor False", Error(Mhd(("CompressedData", "perhaps")), whole));
        Assert.Contains("no value for DimSize", Error(Mhd(("DimSize", "")), whole));
        Assert.Contains("no MetaImage header", Error("these are not the fields you look for"));
        Assert.Contains("no MetaImage header", Error("NDims = 3\n"));
        Assert.Contains("names 1 data files", Error(MetaFile.Header(Shape, "MET_SHORT", "LIST") + "one.raw\n"));
        Assert.Contains("names 2 files", Error(MetaFile.Header(Shape, "MET_SHORT", "s%02d.raw 1 2 1")));
        Assert.Contains("one placeholder", Error(MetaFile.Header(Shape, "MET_SHORT", "s%02x.raw")));
        Assert.Contains("holds 2 numbers as text", Error(Mhd(("BinaryData", "False")), "1 2"u8.ToArray()));
        Assert.Contains("at most", Error(Mhd(("DimSize", "50000 50000 3")), whole));
    }

    private static void Append(string path, string header, byte[] bytes)
    {
        using var file = File.Create(path);
        file.Write(System.Text.Encoding.ASCII.GetBytes(header));
        file.Write(bytes);
    }
}
