using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

public sealed class NnUNetTests
{
    /// <summary>Halvings an axis, worked out by hand with nnU-Net's rule.</summary>
    [Theory]
    [InlineData(512, 512, 7, 7)]
    [InlineData(320, 320, 6, 6)]
    [InlineData(256, 224, 5, 5)]
    [InlineData(384, 224, 6, 5)]
    [InlineData(192, 192, 5, 5)]
    [InlineData(56, 40, 3, 3)]
    [InlineData(64, 16, 3, 2)]
    [InlineData(8, 8, 1, 1)]
    [InlineData(7, 11, 1, 1)]
    public void DepthFollowsFromTheSizeOfASlice(int height, int width, int rows, int columns)
    {
        var plan = NnUNetPlan.For(height, width);
        Assert.Equal((1, 1), plan.Strides[0]);
        Assert.Equal((rows, columns), (plan.Strides.Count(s => s.Rows == 2), plan.Strides.Count(s => s.Columns == 2)));
        if (height >= 8 && width >= 8)
            Assert.True(Math.Ceiling(height / Math.Pow(2, rows)) >= NnUNetPlan.SmallestMap && Math.Ceiling(width / Math.Pow(2, columns)) >= NnUNetPlan.SmallestMap);
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(33, 50)]
    [InlineData(5, 5)]
    public void AnySizeWorksAndKeepsItsSize(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = new NnUNet(2, 3, NnUNetPlan.For(64, 16), 2);
        var logits = network.call(rand(2, 2, height, width));
        Assert.Equal([2, 3, height, width], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
        logits.sum().backward();
    }

    [Fact]
    public void WidthsDoubleUpTo512AndNamesAreNnUNets()
    {
        using var network = new NnUNet(1, 4, NnUNetPlan.For(192, 192));
        var shapes = network.state_dict().ToDictionary(pair => pair.Key, pair => string.Join(",", pair.Value.shape));
        int[] widths = [32, 64, 128, 256, 512, 512];
        for (var i = 0; i < widths.Length; i++)
            Assert.Equal($"{widths[i]},{(i == 0 ? 1 : widths[i - 1])},3,3", shapes[$"encoder.stages.{i}.0.convs.0.conv.weight"]);
        Assert.Equal("512", shapes["encoder.stages.5.0.convs.1.norm.weight"]);
        Assert.Equal("512,512,2,2", shapes["decoder.transpconvs.0.weight"]);
        Assert.Equal("512,1024,3,3", shapes["decoder.stages.0.convs.0.conv.weight"]);
        Assert.Equal("4,32,1,1", shapes["decoder.seg_layers.4.weight"]);
        Assert.DoesNotContain("decoder.seg_layers.5.weight", shapes.Keys);
    }

    [Fact]
    public void OutputsHalveInSizeAndWeightAndTheCoarsestCountsForNothing()
    {
        using var scope = NewDisposeScope();
        using var network = new NnUNet(1, 3, NnUNetPlan.For(64, 64), 2);
        // 64 → 4 in four halvings: decoder outputs at 1, 1/2, 1/4, 1/8, the last without weight.
        Assert.Equal(5, network.Plan.Stages);
        Assert.Equal([4 / 7.0, 2 / 7.0, 1 / 7.0], network.OutputWeights);
        var outputs = network.ForwardAll(rand(2, 1, 50, 61));
        Assert.Equal(["50,61", "25,31", "13,16"], outputs.Select(output => $"{output.Logits.shape[2]},{output.Logits.shape[3]}"));
        Assert.Equal([1, 2, 4], outputs.Select(output => output.RowStride));
        network.eval();
        var image = rand(1, 1, 64, 64);
        Assert.True(network.call(image).allclose(network.ForwardAll(image)[0].Logits));
    }

    [Fact]
    public void InitialWeightsAreKaimingNormalForALeakyReluOfSlope001()
    {
        using var scope = NewDisposeScope();
        using var network = new NnUNet(1, 3, NnUNetPlan.For(64, 64), 16, seed: 3);
        var state = network.state_dict();
        var weight = state["encoder.stages.3.0.convs.1.conv.weight"];
        var wanted = Math.Sqrt(2 / (1.0001 * 9 * 128));
        Assert.InRange(weight.std().item<float>() / wanted, 0.98, 1.02);
        Assert.Equal(0, state["encoder.stages.3.0.convs.1.conv.bias"].abs().max().item<float>());
    }
}
