using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class StepCostTests
{
    [Fact]
    public void TheUNetsMultiplyAddsAreThoseOfItsDefinition()
    {
        using var network = new UNet(1, 4, 8);
        const long batch = 32, height = 64, width = 96;
        long[] widths = [8, 16, 32, 64, 128], divisors = [1, 2, 4, 8, 32];
        long Level(int level, long inputs, long outputs) => batch * (height / divisors[level]) * (width / divisors[level]) * inputs * outputs * 9;
        var first = Level(0, 1, 8);
        var expected = first + Level(0, 8, 8) + batch * height * width * 8 * 4;
        for (var i = 1; i < 5; i++) expected += Level(i, widths[i - 1], widths[i]) + Level(i, widths[i], widths[i]);
        for (var i = 0; i < 4; i++) expected += Level(i, widths[i + 1] + widths[i], widths[i]) + Level(i, widths[i], widths[i]);

        foreach (var layout in new[] { MemoryLayout.Contiguous, MemoryLayout.ChannelsLast })
        {
            MemoryLayouts.Arrange(network, layout);
            var cost = StepCost.Of(network, [batch, 1, height, width], layout);
            Assert.Equal(expected, cost.Forward);
            Assert.Equal(expected, cost.BackwardWeights);
            // The image has no gradient.
            Assert.Equal(expected - first, cost.BackwardData);
            Assert.Equal(3 * expected - first, cost.Total);
            // Enlarged channels are two thirds of a joined map: 9 taps become 4, and 2.25 at the deepest level.
            double saved = 0;
            for (var i = 0; i < 4; i++) saved += Level(i, widths[i + 1], widths[i]) * (1 - (i == 3 ? 2.25 : 4) / 9);
            Assert.Equal(layout == MemoryLayout.Contiguous ? cost.Total : cost.Total - 3 * saved, cost.Executed, 1e-6 * cost.Total);
        }
    }

    [Fact]
    public void TorchSharpsConvolutionsAreCountedToo()
    {
        using var network = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride: 2, padding: 1), nn.ReLU(), nn.Conv2d(8, 4, (1, 5), groups: 2));
        var cost = StepCost.Of(network, [2, 3, 16, 20]);
        long first = 2 * 8 * 8 * 10 * 3 * 9, second = 2 * 4 * 8 * 6 * 4 * 5;
        Assert.Equal(first + second, cost.Forward);
        Assert.Equal(second, cost.BackwardData);
        Assert.Equal(first + second, cost.BackwardWeights);
    }

    [Fact]
    public void ANetworkWithoutConvolutionsIsRefused()
    {
        using var network = nn.Sequential(nn.Linear(4, 2));
        var error = Assert.Throws<ArgumentException>(() => StepCost.Of(network, [1, 1, 2, 4]));
        Assert.Contains("Sequential", error.Message);
    }
}
