using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using MarginNotebooks.Data.Nifti;

namespace MarginNotebooks.Tests.Data.Nifti;

/// <summary>The reader and the writer against nibabel, in both directions.</summary>
public sealed class NibabelTests
{
    // Describes every file named in sys.argv[2:] in the folder sys.argv[1], and stores its values as float64 beside it.
    private const string Describe = """
        import sys, json, numpy as np, nibabel as nb
        def describe(folder, name):
            i = nb.load(folder + '/' + name); h = i.header
            a = np.asarray(i.dataobj)
            if a.dtype.fields: v = np.stack([a[n] for n in a.dtype.names]).astype('f8')   # colours, component first
            elif a.dtype.kind == 'c': v = a.astype('c16')
            else: v = i.get_fdata(dtype='f8')
            open(folder + '/' + name + '.values', 'wb').write(v.tobytes(order='F'))
            return dict(File=name, Shape=list(i.shape), Code=int(h['datatype']), Affine=[float(x) for x in i.affine.ravel()],
                Zooms=[float(x) for x in h.get_zooms()], Intent=int(h['intent_code']), IntentName=h.get_intent()[2], Unit=h.get_xyzt_units()[0],
                Description=h['descrip'].item().decode('latin1'), Big=h.endianness == '>', Version=2 if isinstance(i, nb.Nifti2Image) else 1,
                Extensions=[e.get_content().decode('latin1') if isinstance(e.get_content(), bytes) else str(e.get_content()) for e in h.extensions])
        """;

    private const string WriteMany = Describe + """

        folder = sys.argv[1]; out = []; rng = np.random.default_rng(7)
        affine = np.array([[-1.5, 0.2, 0.1, 10], [0.1, 1.4, -0.3, -20], [0, 0.3, 9.5, 30], [0, 0, 0, 1.]])
        rotated = nb.affines.from_matvec(nb.eulerangles.euler2mat(0.3, -2.9, 1.1) @ np.diag([1.25, 2, 8]), [5, -6, 7])
        def save(name, image, cls, big, slope, **extra):
            h = cls.header_class(endianness='>' if big else '<')
            h.set_data_dtype(image.dtype)
            i = cls(image, extra.get('affine', affine), h)
            i.header.set_slope_inter(*slope) if slope else None
            for k, v in extra.get('set', {}).items(): i.header[k] = v
            if 'unit' in extra: i.header.set_xyzt_units(extra['unit'])
            if 'qform' in extra: i.set_qform(extra['qform'], 1); i.set_sform(None, 0)
            if 'nothing' in extra: i.set_qform(None, 0); i.set_sform(None, 0)
            for e in extra.get('extensions', []): i.header.extensions.append(nb.nifti1.Nifti1Extension('comment', e))
            i.to_filename(folder + '/' + name); out.append(describe(folder, name))
        for t in ['u1','i1','u2','i2','u4','i4','u8','i8','f4','f8','c8','c16']:
            for cls, v in ((nb.Nifti1Image, 1), (nb.Nifti2Image, 2)):
                for big in (False, True):
                    if t[0] in 'ui':
                        info = np.iinfo(t); a = rng.integers(info.min, info.max, (3, 4, 5), dtype=t, endpoint=True)
                    elif t[0] == 'f': a = rng.normal(size=(3, 4, 5)).astype(t)
                    else: a = (rng.normal(size=(3, 4, 5)) + 1j * rng.normal(size=(3, 4, 5))).astype(t)
                    save(f'{t}_{v}_{int(big)}.nii' + ('.gz' if big else ''), a, cls, big, None)
        small = rng.integers(-900, 900, (4, 3, 2, 3)).astype('i2')
        save('scaled.nii.gz', small, nb.Nifti1Image, False, (0.37, -12.5))
        save('scaled_big_2.nii', small, nb.Nifti2Image, True, (1e-3, 4096.25))
        save('micron.nii', small[..., 0], nb.Nifti1Image, False, None, unit='micron')
        save('metre.nii', small[..., 0], nb.Nifti1Image, False, None, unit='meter')
        save('qform.nii', small[..., 0], nb.Nifti1Image, False, None, qform=rotated)
        save('qform_left.nii', small[..., 0], nb.Nifti2Image, True, None, qform=rotated @ np.diag([1, 1, -1, 1.]))
        save('flat.nii', small[:, :, 0, 0], nb.Nifti1Image, False, None)
        save('line.nii', small[:, 0, 0, 0], nb.Nifti1Image, False, None)
        save('many.nii', small.reshape(2, 1, 3, 2, 3, 2), nb.Nifti1Image, True, None)
        save('intent.nii', small[..., 0], nb.Nifti1Image, True, None, set=dict(intent_code=1002, intent_name=b'labels', descrip=b'caf\xe9', cal_max=7.5,
            toffset=1.25, slice_code=3, slice_start=1, slice_end=2, dim_info=57, aux_file=b'x.txt', slice_duration=0.5))
        save('extended.nii', small[..., 0], nb.Nifti2Image, True, None, extensions=[b'first', b'second, which is rather longer than sixteen bytes'])
        rgb = np.zeros((2, 3, 2), nb.nifti1.data_type_codes.dtype['RGB'])
        for n in 'RGB': rgb[n] = rng.integers(0, 255, rgb.shape)
        save('rgb.nii', rgb, nb.Nifti1Image, False, None)
        nb.Nifti1Pair(small, affine).to_filename(folder + '/pair.img'); out.append(describe(folder, 'pair.img'))
        print(json.dumps(out))
        """;

    private const string DescribeOurs = Describe + """

        print(json.dumps([describe(sys.argv[1], n) for n in sys.argv[2:]]))
        """;

    [Fact]
    public void Reads_what_nibabel_writes()
    {
        using var folder = new TemporaryFolder();
        var files = Parse(PythonTool.Run(["nibabel", "numpy"], WriteMany, folder.Path));
        Assert.True(files.Count > 55, $"only {files.Count} files");
        foreach (var expected in files)
            AssertSame(expected, NiftiImage.Read(folder[expected.File]), Values(folder, expected));
    }

    [Fact]
    public void Writes_the_very_bytes_of_nibabel_back()
    {
        using var folder = new TemporaryFolder();
        var plain = Parse(PythonTool.Run(["nibabel", "numpy"], WriteMany, folder.Path)).Where(file => file.File.EndsWith(".nii")).ToList();
        Assert.True(plain.Count > 30);
        foreach (var file in plain)
        {
            NiftiImage.Read(folder[file.File]).Write(folder["again.nii"]);
            Assert.Equal(File.ReadAllBytes(folder[file.File]), File.ReadAllBytes(folder["again.nii"]));
        }
    }

    [Fact]
    public void Nibabel_reads_what_we_write()
    {
        using var folder = new TemporaryFolder();
        var images = OurImages().ToDictionary(item => item.Name, item => item.Image);
        foreach (var (name, image) in images)
            image.Write(folder[name]);
        var seen = Parse(PythonTool.Run(["nibabel", "numpy"], DescribeOurs, [folder.Path, .. images.Keys]));
        Assert.Equal(images.Count, seen.Count);
        foreach (var file in seen)
            AssertSame(file, images[file.File], Values(folder, file));
    }

    private static IEnumerable<(string Name, NiftiImage Image)> OurImages()
    {
        var rotated = new double[,] { { 0, -1.2, 0, 4 }, { 1.1, 0, 0, -5 }, { 0, 0, -9, 6 }, { 0, 0, 0, 1 } };
        var sheared = new double[,] { { 1, 0.4, 0, 4 }, { 0, 1.1, 0.2, -5 }, { 0, 0, 3, 6 }, { 0, 0, 0, 1 } };
        foreach (var version in (int[])[1, 2])
            foreach (var big in (bool[])[false, true])
                foreach (var (type, make) in Makers())
                {
                    var image = make([3, 4, 2, 2], big ? rotated : sheared)
                        .WithHeader(h => h with { Version = version, BigEndian = big, Description = "written by the test" });
                    yield return ($"{type}_{version}_{big}.nii{(big ? ".gz" : "")}", image);
                    if (!image.Header.DataType.IsComplex())
                        yield return ($"{type}_{version}_{big}_scaled.nii", image.WithHeader(h => h with { SclSlope = 0.5, SclInter = -3 }));
                }
        yield return ("extended.nii.gz", NiftiImage.Create<short>([1, 2, 3], [3, 1, 1]).WithHeader(h => h with
        {
            Extensions = [new NiftiExtension(6, "sixteen less eight"u8.ToArray())],
            IntentCode = 1002,
            IntentName = "classes",
        }));
        yield return ("microns.nii", NiftiImage.Create<byte>([1, 2], [2], rotated).WithHeader(h => h with { XyztUnits = 3 }));
    }

    private static IEnumerable<(string Type, Func<int[], double[,], NiftiImage> Make)> Makers()
    {
        var numbers = Enumerable.Range(0, 48).ToArray();
        yield return ("byte", (shape, affine) => NiftiImage.Create<byte>([.. numbers.Select(n => (byte)(n * 5))], shape, affine));
        yield return ("sbyte", (shape, affine) => NiftiImage.Create<sbyte>([.. numbers.Select(n => (sbyte)(n * 5 - 120))], shape, affine));
        yield return ("short", (shape, affine) =>
            NiftiImage.Create<short>([.. numbers.Select(n => (short)(n * 999 - 20000))], shape, affine));
        yield return ("ushort", (shape, affine) => NiftiImage.Create<ushort>([.. numbers.Select(n => (ushort)(n * 1300))], shape, affine));
        yield return ("int", (shape, affine) => NiftiImage.Create<int>([.. numbers.Select(n => n * 12345678 - 200000000)], shape, affine));
        yield return ("uint", (shape, affine) => NiftiImage.Create<uint>([.. numbers.Select(n => uint.MaxValue - (uint)n)], shape, affine));
        yield return ("long", (shape, affine) => NiftiImage.Create<long>([.. numbers.Select(n => n * 123456789012345L)], shape, affine));
        yield return ("ulong", (shape, affine) => NiftiImage.Create<ulong>([.. numbers.Select(n => (ulong)n << 58)], shape, affine));
        yield return ("float", (shape, affine) => NiftiImage.Create<float>([.. numbers.Select(n => MathF.Sin(n))], shape, affine));
        yield return ("double", (shape, affine) => NiftiImage.Create<double>([.. numbers.Select(n => Math.Exp(n - 20))], shape, affine));
        yield return ("complex", (shape, affine) =>
            NiftiImage.Create<Complex>([.. numbers.Select(n => new Complex(n, -n / 3.0))], shape, affine));
    }

    private static void AssertSame(FileFacts expected, NiftiImage actual, double[] values)
    {
        var name = expected.File;
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.Code, (int)actual.Header.DataType);
        Assert.Equal(expected.Big, actual.Header.BigEndian);
        Assert.Equal(expected.Version, actual.Header.Version);
        Assert.Equal(expected.Intent, actual.Header.IntentCode);
        Assert.Equal(expected.IntentName, actual.Header.IntentName);
        Assert.Equal(expected.Description, actual.Header.Description);
        Assert.Equal(expected.Extensions, actual.Header.Extensions.Select(item => System.Text.Encoding.Latin1.GetString(item.Content.Span).TrimEnd('\0')));
        var affine = actual.Affine.Cast<double>().ToArray();
        for (var i = 0; i < 16; i++)
            Assert.True(Math.Abs(expected.Affine[i] - affine[i]) < 1e-5, $"{name}: affine[{i}] is {affine[i]}, nibabel says {expected.Affine[i]}");
        var scale = expected.Unit switch { "meter" => 1000, "micron" => 0.001, _ => 1 };
        double[] spacing = [actual.Spacing.Width, actual.Spacing.Height, actual.Spacing.Depth];
        for (var i = 0; i < Math.Min(3, expected.Zooms.Length); i++)
            Assert.Equal(expected.Zooms[i] * scale, spacing[i], 1e-6 * scale * 10);
        double[] found = actual.Header.DataType.IsComplex() ? MemoryMarshal.Cast<Complex, double>(actual.ToComplex()).ToArray()
            : actual.Header.DataType.IsColour() ? [.. actual.Stored<byte>().Select(b => (double)b)]
            : actual.ToDouble();
        Assert.Equal(values, found);
        if (actual.Header.DataType.IsReal())
            Assert.Equal(values.Select(value => (float)value), actual.ToFloat());
    }

    private static double[] Values(TemporaryFolder folder, FileFacts file) =>
        MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(folder[file.File + ".values"])).ToArray();

    private static List<FileFacts> Parse(string json) => JsonSerializer.Deserialize<List<FileFacts>>(json)!;

    private sealed record FileFacts(
        string File, int[] Shape, int Code, double[] Affine, double[] Zooms, int Intent, string IntentName, string Unit, string Description,
        bool Big, int Version, string[] Extensions);
}
