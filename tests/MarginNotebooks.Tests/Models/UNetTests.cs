using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

public sealed class UNetTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 50)]
    [InlineData(31, 64)]
    [InlineData(64, 95)]
    public void AnySizeWorksAndKeepsItsSize(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(2, 3, 2);
        var logits = network.call(rand(2, 2, height, width));
        Assert.Equal([2, 3, height, width], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
        logits.sum().backward();
    }

    [Fact]
    public void OtherSizesArePaddedByRepeatingTheBorderAndCropped()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 3);
        var input = rand(1, 1, 40, 57);
        var padded = cat([input, input.narrow(2, 39, 1).expand(1, 1, 24, 57)], 2);
        padded = cat([padded, padded.narrow(3, 56, 1).expand(1, 1, 64, 7)], 3);
        var wanted = network.call(padded).narrow(2, 0, 40).narrow(3, 0, 57);
        Assert.True(network.call(input).equal(wanted).all().item<bool>());
    }

    [Fact]
    public void ASeedGivesPyTorchsDefaultWeights()
    {
        using var scope = NewDisposeScope();
        using var a = new UNet(3, 4, 4, seed: 5);
        using var b = new UNet(3, 4, 4, seed: 5);
        using var c = new UNet(3, 4, 4, seed: 6);
        Assert.Equal(Weights(a), Weights(b));
        Assert.NotEqual(Weights(a), Weights(c));

        // As nn.Conv2d: Kaiming uniform with a = √5 for the weight, then uniform within 1/√fan-in for the bias.
        using var generator = new Generator(5);
        var bound = 1 / Math.Sqrt(3 * 3 * 3);
        var gain = nn.init.calculate_gain(nn.init.NonlinearityType.LeakyReLU, Math.Sqrt(5));
        var weight = empty(4, 3, 3, 3).uniform_(-gain * Math.Sqrt(3) * bound, gain * Math.Sqrt(3) * bound, generator);
        var bias = empty(4).uniform_(-bound, bound, generator);
        Assert.True(a.state_dict()["down.0.l1.conv.weight"].allclose(weight));
        Assert.True(a.state_dict()["down.0.l1.conv.bias"].allclose(bias));
        // The last layer of the deepest level reaches its own bound.
        var wide = a.state_dict()["up.3.l1.conv.weight"];
        var wideBound = 1 / Math.Sqrt(wide[0].numel());
        Assert.InRange(wide.abs().max().item<float>(), 0.99 * wideBound, wideBound);
    }

    [Fact]
    public void AWrongNumberOfChannelsIsNamed()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(2, 3, 2);
        var error = Assert.Throws<ArgumentException>(() => network.call(rand(1, 3, 32, 32)));
        Assert.Contains("(1, 3, 32, 32)", error.Message);
    }

    [Fact]
    public void ChannelsLastReachesEveryFeatureMapThoughOneChannelIsAmbiguous()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 4);
        using var flat = new FlatParameters(network, MemoryLayout.ChannelsLast);
        var strides = new List<(string Name, long[] Strides)>();
        foreach (var (name, module) in network.named_modules())
            if (module is Convolution conv)
                conv.register_forward_hook((_, input, output) =>
                {
                    if (input.shape[1] > 1) strides.Add(($"into {name}", input.stride()));
                    strides.Add((name, output.stride()));
                    return output;
                });
        network.call(rand(8, 1, 128, 128).ToLayout(MemoryLayout.ChannelsLast));
        // 15 of 19 convolutions report; what the other four make goes into the second convolution of their level.
        Assert.Equal(15 + 14, strides.Count);
        Assert.All(strides, entry => Assert.Equal(1, entry.Strides[1]));
    }

    [Fact]
    public void LoadRebuildsTheSavedNetwork()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.safetensors");
        using var saved = new UNet(2, 5, 3, seed: 4);
        ModelWeights.Save(saved, path);
        using var loaded = UNet.Load(path);
        Assert.Equal((2, 5, 3), (loaded.InputChannels, loaded.Classes, loaded.FiltersBase));
        Assert.Equal(Weights(saved), Weights(loaded));
    }

    private static float[] Weights(UNet network) => [.. network.parameters().SelectMany(p => p.data<float>().ToArray())];
}
