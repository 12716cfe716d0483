using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

public sealed class UpsampledConvolutionTests
{
    [Theory]
    [InlineData(2, 5, 3, 4, 6, 8)]
    [InlineData(4, 5, 3, 4, 3, 2)]
    [InlineData(2, 16, 16, 16, 1, 1)]
    [InlineData(3, 2, 1, 1, 4, 5)]
    public void ValuesAndGradientsAreThoseOfEnlargingJoiningAndConvolving(int scale, int lower, int skipped, int outputs, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor[] Inputs() =>
        [
            Leaf(rand([2, lower, height, width], generator: generator)),
            Leaf(rand([2, skipped, height * scale, width * scale], generator: generator)),
            Leaf(rand([outputs, lower + skipped, 3, 3], generator: generator) - 0.5),
            Leaf(rand([outputs], generator: generator)),
        ];
        var folded = Inputs();
        var plain = folded.Select(tensor => Leaf(tensor)).ToArray();

        var actual = UpsampledConvolution.Apply(folded[0], folded[1], folded[2], folded[3], scale);
        var enlarged = nn.functional.interpolate(plain[0], scale_factor: [scale, scale], mode: InterpolationMode.Nearest);
        var expected = nn.functional.conv2d(cat([enlarged, plain[1]], 1), plain[2], plain[3], padding: [1, 1]);
        Assert.Equal(expected.shape, actual.shape);
        Close(expected, actual, "values");

        var weights = rand(expected.shape);
        (actual * weights).sum().backward();
        (expected * weights).sum().backward();
        string[] names = ["low", "skip", "weight", "bias"];
        for (var i = 0; i < names.Length; i++) Close(plain[i].grad!, folded[i].grad!, names[i]);
    }

    [Fact]
    public void ItIsUsedForLargeChannelsLastMapsOnly()
    {
        using var scope = NewDisposeScope();
        var map = rand(1, 4, 32, 32);
        Assert.False(UpsampledConvolution.Pays(map, 2));
        Assert.True(UpsampledConvolution.Pays(map.ToLayout(MemoryLayout.ChannelsLast), 2));
        Assert.False(UpsampledConvolution.Pays(rand(1, 4, 4, 4).ToLayout(MemoryLayout.ChannelsLast), 2));
        // One channel has the strides of both layouts.
        Assert.False(UpsampledConvolution.Pays(rand(1, 1, 32, 32), 2));
    }

    private static Tensor Leaf(Tensor values) => values.detach().clone().ToLayout(MemoryLayout.ChannelsLast).requires_grad_(true);

    private static void Close(Tensor expected, Tensor actual, string what)
    {
        var error = ((expected - actual).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error < 2e-6, $"{what}: off by {error:E1} of the largest");
    }
}
