using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

public sealed class UNetPlusPlusTests
{
    [Theory]
    [InlineData(false, 32, 32)]
    [InlineData(true, 17, 40)]
    public void AnySizeWorksAndKeepsItsSize(bool deep, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = new UNetPlusPlus(2, 3, 2, deep);
        var logits = network.call(rand(2, 2, height, width));
        Assert.Equal([2, 3, height, width], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
        logits.sum().backward();
        Assert.All(network.named_parameters(), item => Assert.NotNull(item.parameter.grad));
    }

    [Fact]
    public void NamesAndNumberOfParametersAreThoseOfThePublishedWidths()
    {
        // By hand for one input channel, four classes and widths 32 to 512: Σ over nodes of two convolutions with bias and two batch norms.
        long Node(long inputs, long width) => 9 * width * (inputs + width) + 2 * width + 4 * width;
        long[] widths = [32, 64, 128, 256, 512];
        var expected = 4 * 32 + 4L;
        for (var level = 0; level < 5; level++)
            for (var column = 0; column < 5 - level; column++)
                expected += Node(column > 0 ? column * widths[level] + widths[level + 1] : level > 0 ? widths[level - 1] : 1, widths[level]);
        using var network = new UNetPlusPlus(1, 4);
        Assert.Equal(expected, network.parameters().Sum(p => p.numel()));
        string[] first = ["conv0_0.conv1.weight", "conv0_0.conv1.bias", "conv0_0.bn1.weight", "conv0_0.bn1.bias", "conv0_0.bn1.running_mean"];
        Assert.Equal(first, network.state_dict().Keys.Take(5));
        Assert.Equal(["final.weight", "final.bias"], network.state_dict().Keys.TakeLast(2));
    }

    [Fact]
    public void DeepSupervisionHasFourEqualOutputsWhoseMeanIsTheOutput()
    {
        using var scope = NewDisposeScope();
        using var network = new UNetPlusPlus(1, 3, 2, deepSupervision: true);
        network.eval();
        var image = rand(2, 1, 20, 36);
        var outputs = network.ForwardAll(image);
        Assert.Equal(4, outputs.Count);
        Assert.All(outputs, output => Assert.Equal((0.25, 1, 1), (output.Weight, output.RowStride, output.ColumnStride)));
        Assert.All(outputs, output => Assert.Equal([2, 3, 20, 36], output.Logits.shape));
        var mean = stack(outputs.Select(output => output.Logits)).mean([0]);
        Assert.True(network.call(image).allclose(mean, atol: 1e-6));

        using var plain = new UNetPlusPlus(1, 3, 2);
        Assert.Equal(1, Assert.Single(plain.ForwardAll(image)).Weight);
    }
}
