using System.IO.Compression;
using System.Text;
using MarginNotebooks.Models;
using MarginNotebooks.Models.PyTorch;

namespace MarginNotebooks.Tests.Models;

/// <summary>Files that PyTorch itself wrote, and files that no one should open.</summary>
public sealed class PyTorchFileTests
{
    // Every type, views of one storage, strides, sizes of zero and of no axis; and the same written as safetensors by hand.
    private const string Various = """
        import sys, json, struct
        base = torch.arange(24, dtype=torch.float32).view(4, 6)
        d = {
            'whole': base, 'turned': base.t(), 'part': base[1:3, ::2], 'wide': torch.tensor([7.0]).expand(3, 4),
            'parameter': torch.nn.Parameter(torch.tensor([1.5, -2.0])), 'scalar': torch.tensor(3), 'nothing': torch.zeros(0, 4),
            'double': torch.tensor([1e300, -1.0], dtype=torch.float64), 'half': torch.tensor([0.5, 65504.0], dtype=torch.float16),
            'brain': torch.tensor([1.0, 3.140625], dtype=torch.bfloat16), 'long': torch.tensor([-2**62, 2**62]),
            'int': torch.tensor([-5, 6], dtype=torch.int32), 'short': torch.tensor([-5, 6], dtype=torch.int16),
            'char': torch.tensor([-128, 127], dtype=torch.int8), 'byte': torch.tensor([0, 255], dtype=torch.uint8),
            'bool': torch.tensor([True, False]),
            'last': torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        }
        torch.save(d, sys.argv[1], **eval(sys.argv[3]))
        names = {torch.float32: 'F32', torch.float64: 'F64', torch.float16: 'F16', torch.bfloat16: 'BF16', torch.int64: 'I64',
                 torch.int32: 'I32', torch.int16: 'I16', torch.int8: 'I8', torch.uint8: 'U8', torch.bool: 'BOOL'}
        header, data = {}, b''
        for k, v in d.items():
            v = v.detach().contiguous()
            raw = (v.view(torch.int16) if v.dtype == torch.bfloat16 else v).numpy().tobytes()
            header[k] = {'dtype': names[v.dtype], 'shape': list(v.shape), 'data_offsets': [len(data), len(data) + len(raw)]}
            data += raw
        text = json.dumps(header).encode()
        open(sys.argv[2], 'wb').write(struct.pack('<Q', len(text)) + text + data)
        """;

    [Theory]
    [InlineData("{}")]
    [InlineData("{'_use_new_zipfile_serialization': False}")]
    [InlineData("{'pickle_protocol': 4}")]
    public void TypesStridesAndSharedStoragesAreRead(string how)
    {
        using var folder = new TemporaryFolder();
        DebianTorch.Output(Various, folder["x.pth"], folder["x.safetensors"], how);
        using var read = WeightFile.Read(folder["x.pth"]);
        // Written by Python, in the layout of its safetensors package.
        using var expected = SafeTensors.Read(folder["x.safetensors"]);
        Assert.Equal(expected.Tensors.Keys, read.Tensors.Keys);
        foreach (var (name, tensor) in read.Tensors)
        {
            Assert.Equal(expected.Tensors[name].dtype, tensor.dtype);
            Assert.Equal(expected.Tensors[name].shape, tensor.shape);
            Assert.True(tensor.is_contiguous(), name);
            if (tensor.numel() > 0) Assert.Equal(expected.Tensors[name].bytes.ToArray(), tensor.bytes.ToArray());
        }
    }

    [Fact]
    public void ASharedStorageBecomesTensorsOfTheirOwn()
    {
        using var folder = new TemporaryFolder();
        DebianTorch.Output("import sys\nx = torch.ones(3)\ntorch.save({'a': x, 'b': x}, sys.argv[1])", folder["x.pth"]);
        using var read = PyTorchFile.Read(folder["x.pth"]);
        read.Tensors["a"].zero_();
        Assert.Equal(3, read.Tensors["b"].sum().item<float>());
    }

    [Fact]
    public void TheStateDictionaryOfATrainingCheckpointIsFoundAndTheRestNamed()
    {
        using var folder = new TemporaryFolder();
        DebianTorch.Output("""
            import sys, numpy
            m = torch.nn.DataParallel(torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)))
            o = torch.optim.Adam(m.parameters())
            m.module[0].weight.sum().backward(); o.step()
            torch.save({'epoch': 3, 'best': numpy.float64(0.5), 'state_dict': m.state_dict(), 'optimizer': o.state_dict(),
                        'size': torch.Size([2]), 'log': [('a', 1.5), None, {'b': 2**70}], 'device': torch.device('cpu')}, sys.argv[1])
            """, folder["x.pth"]);
        using var read = PyTorchFile.Read(folder["x.pth"]);
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"], read.Tensors.Keys);
        Assert.Equal(["epoch", "best", "optimizer", "size", "log", "device"], read.Others);
    }

    [Theory]
    [InlineData("torch.save(torch.nn.Linear(1, 1), sys.argv[1])", "state_dict()")]
    [InlineData("torch.save({'w': torch.ones(1), 'evil': Evil()}, sys.argv[1])", "posix.system")]
    [InlineData("torch.save({'w': torch.ones(1), 'evil': Evil()}, sys.argv[1], _use_new_zipfile_serialization=False)", "posix.system")]
    [InlineData("torch.save(torch.ones(1), sys.argv[1])", "a single tensor")]
    [InlineData("torch.save({'epoch': 1}, sys.argv[1])", "epoch")]
    [InlineData("torch.save({'one': {'a': torch.ones(1)}, 'two': {'a': torch.ones(1)}}, sys.argv[1])", "one, two")]
    [InlineData("pickle.dump([1], open(sys.argv[1], 'wb'), protocol=2)", "neither")]
    public void OtherThingsAreRefusedWithTheReasonAndNothingRuns(string save, string reason)
    {
        using var folder = new TemporaryFolder();
        var evil = $"import sys, os, pickle\nclass Evil:\n    def __reduce__(self): return (os.system, ('touch {folder["ran"]}',))\n";
        DebianTorch.Output(evil + save, folder["x.pth"]);
        var error = Assert.Throws<InvalidDataException>(() => PyTorchFile.Read(folder["x.pth"]));
        Assert.Contains(reason, error.Message);
        Assert.Contains(folder["x.pth"], error.Message);
        Assert.False(File.Exists(folder["ran"]));
    }

    [Theory]
    [InlineData(0, 4, 1, "beyond its storage")]
    [InlineData(1, 3, 1, "beyond its storage")]
    [InlineData(0, 2, 3, "beyond its storage")]
    [InlineData(0, 2, -1, "impossible")]
    [InlineData(-1, 2, 1, "impossible")]
    public void AViewOutsideItsStorageIsRefused(int offset, int size, int stride, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["x.pth"], Zip(View(offset, size, stride), new byte[12]));
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => PyTorchFile.Read(folder["x.pth"])).Message);
    }

    [Fact]
    public void DamagedFilesAreRefusedWhateverIsWrong()
    {
        using var folder = new TemporaryFolder();
        var pickle = View(0, 3, 1);
        File.WriteAllBytes(folder["x.pth"], Zip(pickle, new byte[12]));
        using (var sound = PyTorchFile.Read(folder["x.pth"])) Assert.Equal([3L], sound.Tensors["w"].shape);
        for (var i = 0; i < pickle.Length - 1; i++)
        {
            File.WriteAllBytes(folder["x.pth"], Zip(pickle[..i], new byte[12]));
            Assert.Throws<InvalidDataException>(() => PyTorchFile.Read(folder["x.pth"]));
            var flipped = (byte[])pickle.Clone();
            flipped[i] ^= 0x10;
            File.WriteAllBytes(folder["x.pth"], Zip(flipped, new byte[12]));
            // Some changes make another sound file, of another name for example; none may fail in another way.
            try
            {
                PyTorchFile.Read(folder["x.pth"]).Dispose();
            }
            catch (InvalidDataException)
            {
            }
        }
        File.WriteAllBytes(folder["x.pth"], Zip(pickle, new byte[11]));
        Assert.Contains("11 bytes", Assert.Throws<InvalidDataException>(() => PyTorchFile.Read(folder["x.pth"])).Message);
    }

    /// <summary>The pickle of {'w': view} of a storage of three floats.</summary>
    private static byte[] View(int offset, int size, int stride)
    {
        static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];
        static byte[] Number(int number) => [(byte)'J', .. BitConverter.GetBytes(number)];
        return
        [
            0x80, 2, .. "}"u8, .. Text("w"), .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8,
            .. Text("0"), .. Text("cpu"), .. Number(3), .. "tQ"u8, .. Number(offset), .. Number(size), 0x85, .. Number(stride), 0x85, 0x89,
            .. "ccollections\nOrderedDict\n)RtRs."u8,
        ];
    }

    private static byte[] Zip(byte[] pickle, byte[] storage)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in new[] { ("x/data.pkl", pickle), ("x/data/0", storage) })
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }
        return memory.ToArray();
    }
}
