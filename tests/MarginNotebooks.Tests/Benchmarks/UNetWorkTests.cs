using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Benchmarks;

public sealed class UNetWorkTests
{
    [Fact]
    public void A_block_by_hand()
    {
        // 1 filter, 1 image of 32×32, 2 classes: pixels 1024, 256, 64, 16, 1; widths 1, 2, 4, 8, 16.
        const long down = 9 * (1024 * (1 + 1) + 256 * 2 * (1 + 2) + 64 * 4 * (2 + 4) + 16 * 8 * (4 + 8) + 1 * 16 * (8 + 16));
        const long up = 9 * (16 * 8 * (16 + 8 + 8) + 64 * 4 * (8 + 4 + 4) + 256 * 2 * (4 + 2 + 2) + 1024 * 1 * (2 + 1 + 1));
        Assert.Equal(down + up + (1024 * 2), UNetWork.Forward(filters: 1, batch: 1, size: 32, classes: 2));
        Assert.Equal(3 * (down + up + (1024 * 2)) - (9 * 1024), UNetWork.TrainingStep(filters: 1, batch: 1, size: 32, classes: 2));
    }

    [Fact]
    public void The_count_is_that_of_the_kits_network()
    {
        using var network = new UNet(1, 4, filtersBase: 3);
        // At 32×32 each level's weights are used at its number of pixels.
        var pixels = new[] { 1024, 256, 64, 16, 1 };
        var expected = network.named_parameters().Where(pair => pair.parameter.ndim == 4).Sum(pair =>
        {
            var parts = pair.name.Split('.');
            var level = parts[0] == "conv_final" ? 0 : int.Parse(parts[1]);
            return pair.parameter.numel() * pixels[level];
        });
        Assert.Equal(expected, UNetWork.Forward(filters: 3, batch: 1, size: 32, classes: 4));
    }
}
