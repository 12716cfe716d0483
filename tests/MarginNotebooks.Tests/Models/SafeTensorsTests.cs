using System.Diagnostics;
using System.Text;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

public sealed class SafeTensorsTests
{
    private static readonly Dictionary<string, string> Texts = new() { ["epoch"] = "7", ["note"] = "äöü \"quoted\"" };

    [Fact]
    public void TypesShapesValuesAndTextsSurvive()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var values = new Dictionary<string, Tensor>
        {
            ["matrix"] = rand(3, 5).T,
            ["scalar"] = tensor(float.NaN),
            ["nothing"] = zeros(0, 4),
            ["double"] = rand(2, dtype: ScalarType.Float64),
            ["half"] = rand(2).to(ScalarType.Float16),
            ["brain"] = rand(2).to(ScalarType.BFloat16),
            ["long"] = tensor(new[] { long.MinValue, long.MaxValue }),
            ["int"] = tensor(new[] { 1, -2 }),
            ["short"] = tensor(new short[] { 1, -2 }),
            ["sbyte"] = tensor(new sbyte[] { 1, -2 }),
            ["byte"] = tensor(new byte[] { 1, 255 }),
            ["bool"] = tensor(new[] { true, false }),
        };
        SafeTensors.Write(folder["x.safetensors"], values, Texts);
        using var read = SafeTensors.Read(folder["x.safetensors"]);
        Assert.Equal(Texts, read.Metadata);
        Assert.Equal(values.Keys.Order(), read.Tensors.Keys.Order());
        foreach (var (name, value) in values)
        {
            Assert.Equal(value.dtype, read.Tensors[name].dtype);
            Assert.Equal(value.shape, read.Tensors[name].shape);
            if (value.numel() > 0) Assert.Equal(value.contiguous().bytes.ToArray(), read.Tensors[name].bytes.ToArray());
        }
        Assert.Equal(["x.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void EveryFlippedByteAndEveryCutIsNoticed()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafeTensors.Write(folder["x.safetensors"], [new("a", arange(6, ScalarType.Float32)), new("b", ones(3))], Texts);
        var bytes = File.ReadAllBytes(folder["x.safetensors"]);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[i] ^= 4;
            AssertUnreadable(folder["flipped"], damaged);
            AssertUnreadable(folder["cut"], bytes[..i]);
        }
        AssertUnreadable(folder["longer"], [.. bytes, 0]);
    }

    [Fact]
    public void PythonReadsTheValues()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (a, b) = (tensor(new[] { 1.5f, -2, 3 }).view(1, 3), tensor(new[] { 4L }));
        SafeTensors.Write(folder["x.safetensors"], [new("a", a), new("b", b)], Texts);
        // Python's own reader is not in every distribution; the format is simple enough to read with its standard library alone.
        var script = "import json,struct,sys\nf=open(sys.argv[1],'rb').read()\nn=struct.unpack('<Q',f[:8])[0]\n"
            + "h=json.loads(f[8:8+n])\nd=f[8+n:]\n"
            + "g=lambda k:d[h[k]['data_offsets'][0]:h[k]['data_offsets'][1]]\n"
            + "print(n%8,h['a']['dtype'],h['a']['shape'],struct.unpack('<3f',g('a')),"
            + "h['b']['dtype'],struct.unpack('<q',g('b')),h['__metadata__']['epoch'])";
        using var python = Start(script, folder["x.safetensors"]);
        if (python is null) Assert.Skip("/usr/bin/python3 is missing: apt-get install -y --no-install-recommends python3");
        Assert.Equal("0 F32 [1, 3] (1.5, -2.0, 3.0) I64 (4,) 7", python.StandardOutput.ReadToEnd().Trim());
    }

    [Fact]
    public void AFileWithoutOurHashIsReadToo()
    {
        using var folder = new TemporaryFolder();
        var header = Encoding.UTF8.GetBytes("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        byte[] values = [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];
        File.WriteAllBytes(folder["x"], [.. BitConverter.GetBytes((long)header.Length), .. header, .. values]);
        using var read = SafeTensors.Read(folder["x"]);
        Assert.Equal([1f, 2f], read.Tensors["w"].data<float>().ToArray());
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void WeightsOfAnotherNetworkAreRefusedAndChangeNothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var small = new UNet(1, 3, 2);
        using var other = new UNet(1, 4, 2, seed: 2);
        ModelWeights.Save(other, folder["other"]);
        var before = small.state_dict()["down.0.l1.conv.weight"].clone();
        var error = Assert.Throws<InvalidDataException>(() => ModelWeights.Load(small, folder["other"]));
        Assert.Contains("conv_final.weight is (4, 2, 1, 1), the network has (3, 2, 1, 1)", error.Message);
        Assert.Contains(folder["other"], error.Message);
        Assert.True(small.state_dict()["down.0.l1.conv.weight"].equal(before).all().item<bool>());
    }

    private static void AssertUnreadable(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(path, requireHash: true));
        Assert.Contains(path, error.Message);
    }

    private static Process? Start(string script, string argument)
    {
        if (!File.Exists("/usr/bin/python3")) return null;
        return Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script, argument]) { RedirectStandardOutput = true });
    }
}
