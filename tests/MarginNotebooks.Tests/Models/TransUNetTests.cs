using MarginNotebooks.Models;
using MarginNotebooks.Tests.Golden;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

public sealed class TransUNetTests
{
    public static TheoryData<string> Files => NetworkGolden.Files(NetworkGolden.TransUNet);

    internal static TransUNetOptions Tiny { get; } =
        new() { Width = 4, BlockUnits = [1, 1, 2], HiddenSize = 12, MlpSize = 20, Heads = 3, Layers = 2 };

    [Theory]
    [MemberData(nameof(Files))]
    public void NamesShapesAndCountAreTheAuthors(string file)
    {
        var golden = GoldenFiles.Read(file);
        Assert.Equal("R50-ViT-B_16", golden.GetProperty("params").GetProperty("model_name").GetString());
        Assert.Equal(TransUNetOptions.PatchSize, NetworkGolden.Parameter(golden, "vit_patches_size"));
        var size = NetworkGolden.Parameter(golden, "img_size");
        using var network = new TransUNet(1, NetworkGolden.Parameter(golden, "n_classes"), size, size);
        NetworkGolden.CheckNames(golden, network);
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(48, 32)]
    [InlineData(33, 70)]
    [InlineData(1, 1)]
    public void AnySizeWorksAndKeepsItsSize(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = new TransUNet(1, 3, 32, 32, Tiny);
        network.eval();
        var logits = network.call(rand(2, 1, height, width));
        Assert.Equal([2, 3, height, width], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
        logits.sum().backward();
    }

    [Fact]
    public void PositionsMatterAndAreInterpolatedForOtherGrids()
    {
        using var scope = NewDisposeScope();
        // Bilinear with the corners kept: a plane stays the plane.
        var rows = linspace(0, 1, 3).view(3, 1).expand(3, 5).reshape(1, 15, 1);
        var resized = VisionEncoder.Resized(rows, (3, 5), (5, 2));
        var expected = linspace(0, 1, 5).view(5, 1).expand(5, 2).reshape(1, 10, 1);
        Assert.True(resized.allclose(expected, atol: 1e-6));

        using var network = new TransUNet(1, 2, 32, 48, Tiny);
        network.eval();
        var image = rand(1, 1, 32, 48);
        var before = network.call(image);
        using (no_grad()) network.state_dict()["transformer.embeddings.position_embeddings"].normal_();
        Assert.False(network.call(image).allclose(before));
    }

    [Fact]
    public void OneChannelIsRepeatedToThree()
    {
        using var scope = NewDisposeScope();
        using var grey = new TransUNet(1, 2, 32, 32, Tiny);
        using var colour = new TransUNet(3, 2, 32, 32, Tiny);
        grey.eval();
        colour.eval();
        var image = rand(1, 1, 32, 32);
        Assert.True(grey.call(image).equal(colour.call(cat([image, image, image], 1))).all().item<bool>());
        Assert.Contains("not 2", Assert.Throws<ArgumentException>(() => new TransUNet(2, 2, 32, 32, Tiny)).Message);
    }

    [Fact]
    public void ImpossibleDimensionsAreNamed()
    {
        Assert.Contains("Heads (5)", Assert.Throws<ArgumentException>(() => new TransUNet(1, 2, 32, 32, Tiny with { Heads = 5 })).Message);
        Assert.Contains("BlockUnits", Assert.Throws<ArgumentException>(() => new TransUNet(1, 2, 32, 32, Tiny with { BlockUnits = [1, 2] })).Message);
    }

    // Google's names and axes; what our names must then hold is computed by NumPy and SciPy.
    private const string Npz = """
        import sys, numpy as np
        from scipy import ndimage
        r = np.random.RandomState(0)
        a, e = {}, {}
        def new(name, *shape): a[name] = r.randn(*shape).astype('f4'); return a[name]
        def conv(ours, theirs, *hwio): e[ours + '.weight'] = new(theirs + '/kernel', *hwio).transpose(3, 2, 0, 1)
        def norm(ours, theirs, c, lead=0):
            e[ours + '.weight'] = new(theirs + '/scale', *([1] * lead), c).reshape(-1); e[ours + '.bias'] = new(theirs + '/bias', *([1] * lead), c).reshape(-1)
        w, hid, heads, mlp, units = 4, 12, 3, 20, (1, 1, 2)
        H = 'transformer.embeddings.hybrid_model.'
        conv(H + 'root.conv', 'conv_root', 7, 7, 3, w); norm(H + 'root.gn', 'gn_root', w, 3)
        for b, n in enumerate(units):
            for u in range(1, n + 1):
                i, m, o = (w if b == 0 else w << (b + 1)) if u == 1 else w << (b + 2), w << b, w << (b + 2)
                t, p = f'block{b + 1}/unit{u}/', H + f'body.block{b + 1}.unit{u}.'
                conv(p + 'conv1', t + 'conv1', 1, 1, i, m); conv(p + 'conv2', t + 'conv2', 3, 3, m, m); conv(p + 'conv3', t + 'conv3', 1, 1, m, o)
                for k, c in (('gn1', m), ('gn2', m), ('gn3', o)): norm(p + k, t + k, c, 3)
                if u == 1: conv(p + 'downsample', t + 'conv_proj', 1, 1, i, o); norm(p + 'gn_proj', t + 'gn_proj', o, 3)
        conv('transformer.embeddings.patch_embeddings', 'embedding', 1, 1, 16 * w, hid); e['transformer.embeddings.patch_embeddings.bias'] = new('embedding/bias', hid)
        norm('transformer.encoder.encoder_norm', 'Transformer/encoder_norm', hid)
        for l in range(2):
            t, p = f'Transformer/encoderblock_{l}/', f'transformer.encoder.layer.{l}.'
            norm(p + 'attention_norm', t + 'LayerNorm_0', hid); norm(p + 'ffn_norm', t + 'LayerNorm_2', hid)
            for k, (i, o) in enumerate(((hid, mlp), (mlp, hid))):
                e[p + f'ffn.fc{k + 1}.weight'] = new(t + f'MlpBlock_3/Dense_{k}/kernel', i, o).T; e[p + f'ffn.fc{k + 1}.bias'] = new(t + f'MlpBlock_3/Dense_{k}/bias', o)
            for k in ('query', 'key', 'value', 'out'):
                s = (heads, hid // heads, hid) if k == 'out' else (hid, heads, hid // heads)
                e[p + f'attn.{k}.weight'] = new(t + f'MultiHeadDotProductAttention_1/{k}/kernel', *s).reshape(hid, hid).T
                e[p + f'attn.{k}.bias'] = new(t + f'MultiHeadDotProductAttention_1/{k}/bias', *(s[1:] if k != 'out' else (hid,))).reshape(-1)
        grid = new('Transformer/posembed_input/pos_embedding', 1, 1 + 16, hid)[0, 1:].reshape(4, 4, hid)
        e['transformer.embeddings.position_embeddings'] = ndimage.zoom(grid, (5 / 4, 5 / 4, 1), order=1).reshape(1, 25, hid)
        new('head/kernel', hid, 7); new('cls', 1, 1, hid)
        a['pre_logits/kernel'] = np.asfortranarray(r.randn(2, 3))
        np.savez(sys.argv[1], **a)
        torch.save({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in e.items()}, sys.argv[2])
        """;

    [Fact]
    public void GooglesWeightsGoWhereTheyBelongAndTheGridIsInterpolated()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        DebianTorch.Output(Npz, folder["w.npz"], folder["e.pth"]);
        using var network = new TransUNet(1, 3, 80, 80, Tiny);
        var decoder = network.state_dict()["decoder.conv_more.0.weight"].clone();
        network.LoadImageNet(folder["w.npz"]);
        using var expected = WeightFile.Read(folder["e.pth"]);
        var state = network.state_dict();
        Assert.Equal(state.Keys.Where(name => name.StartsWith("transformer.", StringComparison.Ordinal)).Order(), expected.Tensors.Keys.Order());
        foreach (var (name, tensor) in expected.Tensors)
        {
            Assert.Equal(tensor.shape, state[name].shape);
            Assert.True(state[name].allclose(tensor, atol: 1e-5), name);
        }
        Assert.True(state["decoder.conv_more.0.weight"].equal(decoder).all().item<bool>());

        using var arrays = NpzFile.Read(folder["w.npz"]);
        Assert.Equal([2L, 3], arrays.Arrays["pre_logits/kernel"].shape);
        Assert.Equal(ScalarType.Float64, arrays.Arrays["pre_logits/kernel"].dtype);

        using var larger = new TransUNet(1, 3, 80, 80, Tiny with { MlpSize = 24 });
        var error = Assert.Throws<InvalidDataException>(() => larger.LoadImageNet(folder["w.npz"]));
        Assert.Contains("fc1.weight is (20, 12), the network has (24, 12)", error.Message);
        File.WriteAllBytes(folder["cut.npz"], File.ReadAllBytes(folder["w.npz"])[..^50]);
        Assert.Contains("cut.npz", Assert.Throws<InvalidDataException>(() => network.LoadImageNet(folder["cut.npz"])).Message);
    }
}
