using System.Text.Json;
using MarginNotebooks.Data;

namespace MarginNotebooks.Tests.Data;

public sealed class Hdf5CaseTests
{
    [Theory]
    [InlineData(AxisOrder.DepthHeightWidth)]
    [InlineData(AxisOrder.HeightWidthDepth)]
    [InlineData(AxisOrder.ChannelDepthHeightWidth)]
    public void Writes_and_reads_back(AxisOrder order)
    {
        using var folder = new TemporaryFolder();
        var item = Cases.Make("p_1", channels: order == AxisOrder.ChannelDepthHeightWidth ? 3 : 1);
        Hdf5Case.Write(folder["x.h5"], item, order);
        AssertEqual(item, Hdf5Case.Read(folder["x.h5"], order));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_same_case_gives_the_same_bytes()
    {
        var item = Cases.Make("a");
        Assert.Equal(Hdf5Case.ToBytes(item, AxisOrder.HeightWidthDepth), Hdf5Case.ToBytes(item, AxisOrder.HeightWidthDepth));
    }

    [Fact]
    public void Volumes_of_many_chunks_survive()
    {
        using var folder = new TemporaryFolder();
        var item = Cases.Make("large", depth: 5, height: 300, width: 310);
        foreach (var order in (AxisOrder[])[AxisOrder.DepthHeightWidth, AxisOrder.HeightWidthDepth])
        {
            Hdf5Case.Write(folder["x.h5"], item, order);
            AssertEqual(item, Hdf5Case.Read(folder["x.h5"], order));
        }
    }

    [Fact]
    public void Channels_without_an_axis_are_refused()
    {
        using var folder = new TemporaryFolder();
        var error =
            Assert.Throws<ArgumentException>(() => Hdf5Case.Write(folder["x.h5"], Cases.Make("a", channels: 2), AxisOrder.HeightWidthDepth));
        Assert.Contains("2 channels", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void H5py_reads_what_we_write()
    {
        using var folder = new TemporaryFolder();
        var item = Cases.Make("p7_1") with { Group = "Grüße" };
        Hdf5Case.Write(folder["x.h5"], item, AxisOrder.HeightWidthDepth);
        var json = PythonTool.Run(["h5py", "numpy"], """
            import sys, json, h5py, numpy as np
            f = h5py.File(sys.argv[1])
            img, mask = f['img'][...], f['mask'][...]
            print(json.dumps(dict(names=sorted(f), shape=img.shape, kind=str(img.dtype) + ' ' + str(mask.dtype),
                img=np.moveaxis(img, 2, 0).ravel().astype('f8').tolist(), mask=np.moveaxis(mask, 2, 0).ravel().tolist(),
                id=f.attrs['case_id'], patient=f.attrs['patient_id'], group=f.attrs['group'], spacing=f.attrs['spacing'].tolist())))
            """, folder["x.h5"]);
        var seen = JsonDocument.Parse(json).RootElement;
        Assert.Equal(["img", "mask"], seen.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal([item.Height, item.Width, item.Depth], seen.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()));
        Assert.Equal("float32 uint8", seen.GetProperty("kind").GetString());
        Assert.Equal(
            item.Image.Select(value => (double)value), seen.GetProperty("img").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(item.Labels, seen.GetProperty("mask").EnumerateArray().Select(value => value.GetByte()));
        Assert.Equal((item.Id, item.PatientId, item.Group),
            (seen.GetProperty("id").GetString(), seen.GetProperty("patient").GetString(), seen.GetProperty("group").GetString()));
        Assert.Equal([9, 1.25, 1.5], seen.GetProperty("spacing").EnumerateArray().Select(value => value.GetDouble()));
    }

    [Fact]
    public void Reads_what_h5py_writes()
    {
        using var folder = new TemporaryFolder();
        var names = PythonTool.Run(["h5py", "numpy"], """
            import sys, h5py, numpy as np
            img = np.arange(60).reshape(3, 4, 5); mask = img % 4
            for it in ['<f2', '<f4', '<f8', 'u1', 'i1', '<i2', '<u2', '<i4', '<u4', '<i8', '<u8']:
                for mt in ['u1', 'i1', '<i2', '<u4', '<i8', '<u8', '<f4', '<f8']:
                    name = (it + '_' + mt).replace('<', 'l').replace('>', 'b') + '.h5'
                    with h5py.File(sys.argv[1] + '/' + name, 'w') as f:
                        f['img'] = img.astype(it); f['mask'] = mask.astype(mt)
                    print(name)
            variants = dict(gzip=dict(compression='gzip'), chunks=dict(chunks=(2, 3, 2), compression='gzip', compression_opts=9, shuffle=True),
                check=dict(fletcher32=True), growing=dict(maxshape=(None, 4, 5)), plain={})
            for libver in ['earliest', 'latest']:
                for v, options in variants.items():
                    name = v + '_' + libver + '.h5'
                    with h5py.File(sys.argv[1] + '/' + name, 'w', libver=libver) as f:
                        f.create_dataset('img', data=img.astype('f4'), **options); f.create_dataset('mask', data=mask.astype('i8'), **options)
                    print(name)
            """, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11 * 8 + 10, names.Length);
        foreach (var name in names)
        {
            var item = Hdf5Case.Read(folder[name]);
            Assert.Equal((1, 3, 4, 5), (item.Channels, item.Depth, item.Height, item.Width));
            Assert.Equal(Enumerable.Range(0, 60).Select(n => (float)n), item.Image);
            Assert.Equal(Enumerable.Range(0, 60).Select(n => (byte)(n % 4)), item.Labels);
            Assert.Equal((Path.GetFileNameWithoutExtension(name), VoxelSpacing.Unit), (item.Id, item.Spacing));
        }
    }

    [Fact]
    public void Channels_first_files_have_a_mask_with_or_without_the_axis()
    {
        using var folder = new TemporaryFolder();
        PythonTool.Run(["h5py", "numpy"], """
            import sys, h5py, numpy as np
            for name, shape in (('with', (1, 2, 3, 5)), ('without', (2, 3, 5))):
                with h5py.File(sys.argv[1] + '/' + name + '.h5', 'w') as f:
                    f['img'] = np.arange(120.).reshape(4, 2, 3, 5); f['mask'] = np.ones(shape, 'i4')
            """, folder.Path);
        foreach (var name in (string[])["with.h5", "without.h5"])
        {
            var item = Hdf5Case.Read(folder[name], AxisOrder.ChannelDepthHeightWidth, id => "patient of " + id);
            Assert.Equal((4, 2, 3, 5), (item.Channels, item.Depth, item.Height, item.Width));
            Assert.StartsWith("patient of with", item.PatientId);
        }
    }

    [Theory]
    [InlineData("f['img'] = a", "no data set 'mask'")]
    [InlineData("f['img'] = a; f['mask'] = a[:1]", "same voxels")]
    [InlineData("f['img'] = a[0]; f['mask'] = a[0]", "has 2 axes")]
    [InlineData("f['img'] = a; f['mask'] = a + 0.5", "0.5")]
    [InlineData("f['img'] = a; f['mask'] = (a - 1).astype('i1')", "-1")]
    [InlineData("f['img'] = a; f['mask'] = (a + 250).astype('i4')", "256")]
    [InlineData("f['img'] = a; f['mask'] = a * np.nan", "NaN")]
    [InlineData("f['img'] = [b'x', b'y']; f['mask'] = a", "not numbers")]
    [InlineData("f.create_dataset('img', data=a, compression='lzf'); f['mask'] = a", "lzf")]
    [InlineData("f['img'] = a.astype('>f4'); f['mask'] = a", "Byte order")]
    public void What_is_no_case_is_named(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        PythonTool.Run(["h5py", "numpy"], $"import sys, h5py, numpy as np\na = np.arange(24.).reshape(2, 3, 4)\nwith h5py.File(sys.argv[1], 'w') as f: {content}",
            folder["bad.h5"]);
        var error = Assert.Throws<InvalidDataException>(() => Hdf5Case.Read(folder["bad.h5"]));
        Assert.Contains("bad.h5", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Damaged_files_are_named()
    {
        using var folder = new TemporaryFolder();
        var bytes = Hdf5Case.ToBytes(Cases.Make("a"), AxisOrder.DepthHeightWidth);
        foreach (var length in Enumerable.Range(0, bytes.Length))
        {
            File.WriteAllBytes(folder["cut.h5"], bytes[..length]);
            Assert.Contains("cut.h5", Assert.Throws<InvalidDataException>(() => Hdf5Case.Read(folder["cut.h5"])).Message);
        }
    }

    private static void AssertEqual(SegmentationCase expected, SegmentationCase actual)
    {
        Assert.Equal(expected.Image, actual.Image);
        Assert.Equal(expected.Labels, actual.Labels);
        Assert.Equal(expected with { Image = actual.Image, Labels = actual.Labels }, actual);
    }
}
