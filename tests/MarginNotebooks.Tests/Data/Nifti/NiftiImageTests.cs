using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MarginNotebooks.Data;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Tests.Data.Nifti;

public sealed class NiftiImageTests
{
    private static readonly short[] Numbers = [.. Enumerable.Range(0, 24).Select(n => (short)(n * 7 - 50))];

    [Theory]
    [InlineData("a.nii")]
    [InlineData("a.nii.gz")]
    public void Writes_and_reads_back(string name)
    {
        using var folder = new TemporaryFolder();
        Sample().Write(folder[name]);
        var back = NiftiImage.Read(folder[name]);
        Assert.Equal(Numbers, back.Stored<short>());
        Assert.Equal([2, 3, 4], back.Shape);
        Assert.Equal(new VoxelSpacing(9, 1.25, 1.5), back.Spacing);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_slope_of_zero_means_not_scaled()
    {
        var image = Sample().WithHeader(h => h with { SclSlope = 0, SclInter = 99 });
        Assert.Equal(Numbers.Select(n => (float)n), image.ToFloat());
    }

    [Fact]
    public void Scaling_is_done_in_double_precision()
    {
        var image = Sample().WithHeader(h => h with { SclSlope = 0.1, SclInter = 1e6 });
        Assert.Equal(Numbers.Select(n => n * 0.1 + 1e6), image.ToDouble());
        Assert.Equal(Numbers.Select(n => (float)(n * 0.1 + 1e6)), image.ToFloat());
    }

    [Fact]
    public void The_sform_wins_over_the_qform_and_the_qform_over_the_steps()
    {
        var both = Sample().WithHeader(h => h with { Srow = [2, 0, 0, 1, 0, 2, 0, 2, 0, 0, 2, 3] });
        Assert.Equal(2, both.Affine[0, 0]);
        var qform = both.WithHeader(h => h with { SformCode = 0 });
        Assert.Equal(-1.5, qform.Affine[0, 0], 1e-6);
        var steps = qform.WithHeader(h => h with { QformCode = 0 });
        Assert.Equal(1.5, steps.Affine[0, 0], 1e-6);
        Assert.Equal(0, steps.Affine[0, 3]);
    }

    [Fact]
    public void A_quaternion_keeps_any_rotation()
    {
        var random = new SeededRandom(3);
        for (var trial = 0; trial < 200; trial++)
        {
            // Half turns about the axes are where the formula divides by almost zero.
            double[] angles = trial < 64
                ? [trial % 4 * Math.PI / 2, trial / 4 % 4 * Math.PI / 2, trial / 16 * Math.PI / 2]
                : [random.Uniform() * 7, random.Uniform() * 7, random.Uniform() * 7];
            var affine = Rotation(angles, random.Uniform() < 0.5 ? -1 : 1);
            var header = NiftiImage.Create<byte>([1], [1, 1, 1], affine).Header;
            Assert.Equal(1, header.QformCode);
            var back = NiftiAffine.Qform(header);
            for (var row = 0; row < 4; row++)
                for (var column = 0; column < 4; column++)
                    Assert.Equal(affine[row, column], back[row, column], 1e-6);
        }
    }

    [Fact]
    public void A_sheared_matrix_has_no_qform()
    {
        var image = NiftiImage.Create<byte>([1], [1], new double[,] { { 1, 0.5, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } });
        Assert.Equal(0, image.Header.QformCode);
        Assert.Equal(1, image.Header.SformCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(200)]
    public void A_truncated_gzip_is_noticed_wherever_it_ends(int cut)
    {
        using var folder = new TemporaryFolder();
        var random = new SeededRandom(1);
        NiftiImage.Create<int>([.. Enumerable.Range(0, 1000).Select(_ => random.Below(int.MaxValue))], [10, 10, 10]).Write(folder["a.nii.gz"]);
        var bytes = File.ReadAllBytes(folder["a.nii.gz"]);
        File.WriteAllBytes(folder["b.nii.gz"], bytes[..^cut]);
        if (cut == 0)
        {
            Assert.Equal([10, 10, 10], NiftiImage.Read(folder["b.nii.gz"]).Shape);
            return;
        }
        var error = Assert.Throws<InvalidDataException>(() => NiftiImage.Read(folder["b.nii.gz"]));
        Assert.Contains("b.nii.gz", error.Message);
        Assert.Contains("truncated", error.Message);
    }

    [Fact]
    public void Every_single_truncation_of_a_small_gzip_is_noticed()
    {
        var whole = Gzip(Bytes(Sample()));
        for (var length = 0; length < whole.Length; length++)
        {
            var part = new MemoryStream(whole, 0, length);
            Assert.Throws<InvalidDataException>(() => NiftiImage.Read(part, "part"));
        }
        Assert.Equal([2, 3, 4], NiftiImage.Read(new MemoryStream(whole), "whole").Shape);
    }

    [Fact]
    public void A_flipped_bit_in_a_gzip_is_noticed_or_harmless()
    {
        var whole = Gzip(Bytes(Sample()));
        var noticed = 0;
        // Behind the ten bytes of the gzip header, whose time and system fields nobody checks.
        for (var bit = 80; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                // Some bits, those that fill the last byte for example, mean nothing.
                Assert.Equal(Numbers, NiftiImage.Read(new MemoryStream(damaged), "damaged").Stored<short>());
            }
            catch (InvalidDataException)
            {
                noticed++;
            }
        }
        Assert.True(noticed > (whole.Length - 10) * 8 - 40, $"{noticed} of {whole.Length * 8 - 80}");
    }

    [Fact]
    public void Gzip_files_of_several_parts_or_with_padding_are_read()
    {
        var plain = Bytes(Sample());
        byte[] parts = [.. Gzip(plain[..360]), .. Gzip(plain[360..]), .. Gzip([])];
        Assert.Equal(Numbers, NiftiImage.Read(new MemoryStream(parts), "parts").Stored<short>());
        byte[] padded = [.. Gzip(plain), .. new byte[512]];
        Assert.Equal(Numbers, NiftiImage.Read(new MemoryStream(padded), "padded").Stored<short>());
    }

    [Theory]
    [InlineData(42, 0, "dimension 1 of 3 is 0")]
    [InlineData(44, -5, "dimension 2 of 3 is -5")]
    [InlineData(40, 9, "claims 9 dimensions")]
    [InlineData(40, 0, "claims 0 dimensions")]
    [InlineData(70, 1536, "128-bit floats")]
    [InlineData(70, 2048, "256-bit complex")]
    [InlineData(70, 1, "single bits")]
    [InlineData(70, 77, "datatype 77")]
    [InlineData(46, 30000, "too short")]
    [InlineData(0, 349, "not a NIfTI file")]
    public void A_bad_header_field_is_named_with_its_value(int offset, short value, string expected)
    {
        var bytes = Bytes(Sample());
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(offset), value);
        var error = Assert.Throws<InvalidDataException>(() => NiftiImage.Read(new MemoryStream(bytes), "some/file.nii"));
        Assert.Contains("some/file.nii", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("", "Analyze 7.5")]
    [InlineData("n+9", "n+9")]
    public void A_wrong_magic_is_named(string magic, string expected)
    {
        var bytes = Bytes(Sample());
        bytes.AsSpan(344, 4).Clear();
        Encoding.ASCII.GetBytes(magic).CopyTo(bytes, 344);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => NiftiImage.Read(new MemoryStream(bytes), "x.nii")).Message);
    }

    [Fact]
    public void Every_truncation_of_a_plain_file_is_noticed()
    {
        var bytes = Bytes(Sample());
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = new MemoryStream(bytes, 0, length);
            Assert.Throws<InvalidDataException>(() => NiftiImage.Read(part, "part"));
        }
    }

    [Fact]
    public void An_absurd_size_costs_no_memory()
    {
        var bytes = Bytes(NiftiImage.Create<byte>([1], [1, 1, 1]).WithHeader(h => h with { Version = 2 }));
        foreach (var at in (int[])[24, 32, 40])
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), int.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => NiftiImage.Read(new MemoryStream(Gzip(bytes)), "absurd.nii.gz"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void Version_1_cannot_hold_large_extents_and_says_so()
    {
        using var folder = new TemporaryFolder();
        var large = NiftiImage.Create<byte>(new byte[40000], [40000]);
        Assert.Contains("40000", Assert.Throws<ArgumentException>(() => large.Write(folder["a.nii"])).Message);
        large.WithHeader(h => h with { Version = 2 }).Write(folder["a.nii"]);
        Assert.Equal([40000], NiftiImage.Read(folder["a.nii"]).Shape);
    }

    [Fact]
    public void Complex_and_colour_voxels_refuse_to_be_intensities()
    {
        var complex = NiftiImage.Create<System.Numerics.Complex>([new(3, -4)], [1]).WithHeader(h => h with { SclSlope = 2, SclInter = 1 });
        Assert.Contains("ToComplex", Assert.Throws<NotSupportedException>(() => complex.ToFloat()).Message);
        // The standard applies slope and intercept to both parts.
        Assert.Equal([new System.Numerics.Complex(7, -7)], complex.ToComplex());
        var colour = new NiftiImage(new NiftiHeader { Shape = [1], DataType = NiftiDataType.Rgb24 }, [1, 2, 3]);
        Assert.Contains("Stored<byte>", Assert.Throws<NotSupportedException>(() => colour.ToFloat()).Message);
        Assert.Equal([1, 2, 3], colour.Stored<byte>());
    }

    [Fact]
    public void Only_nii_names_are_written()
    {
        Assert.Throws<ArgumentException>(() => Sample().Write("a.img"));
        Assert.Throws<ArgumentException>(() => new NiftiImage(Sample().Header, new byte[3]));
    }

    private static NiftiImage Sample() => NiftiImage.Create<short>(
        Numbers, [2, 3, 4], new double[,] { { -1.5, 0, 0, 4 }, { 0, 1.25, 0, 5 }, { 0, 0, 9, 6 }, { 0, 0, 0, 1 } });

    private static byte[] Bytes(NiftiImage image)
    {
        using var folder = new TemporaryFolder();
        image.Write(folder["a.nii"]);
        return File.ReadAllBytes(folder["a.nii"]);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static double[,] Rotation(double[] angles, double handedness)
    {
        var m = new double[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
        for (var axis = 0; axis < 3; axis++)
        {
            var (i, j) = ((axis + 1) % 3, (axis + 2) % 3);
            var (sin, cos) = Math.SinCos(angles[axis]);
            for (var row = 0; row < 3; row++)
                (m[row, i], m[row, j]) = (m[row, i] * cos - m[row, j] * sin, m[row, i] * sin + m[row, j] * cos);
        }
        double[] steps = [1.5, 0.8, 7];
        var affine = new double[4, 4];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                affine[row, column] = m[row, column] * steps[column] * (column == 2 ? handedness : 1);
            affine[row, 3] = row * 10 - 7;
        }
        affine[3, 3] = 1;
        return affine;
    }
}
