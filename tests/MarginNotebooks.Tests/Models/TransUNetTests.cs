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
}
