using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class AdamOptimizerTests
{
    [Theory]
    [InlineData(MemoryLayout.Contiguous, 2)]
    [InlineData(MemoryLayout.ChannelsLast, 2)]
    [InlineData(MemoryLayout.ChannelsLast, 8)] // many pieces, the last of them shorter
    public void StepsAreThoseOfTorchsAdam(MemoryLayout layout, int filters)
    {
        using var scope = NewDisposeScope();
        using var mine = new UNet(1, 3, filters, seed: 7);
        using var theirs = new UNet(1, 3, filters, seed: 7);
        using var flat = new FlatParameters(mine, layout);
        using var adam = new AdamOptimizer(flat, 0.8, 0.99, 1e-6);
        using var reference = optim.Adam(theirs.parameters(), 0.01, 0.8, 0.99, 1e-6);
        for (var step = 0; step < 5; step++)
        {
            // The same gradients for both: only the optimiser is compared.
            flat.ZeroGradients();
            foreach (var (p, q) in mine.parameters().Zip(theirs.parameters()))
            {
                var gradient = randn(p.shape);
                p.grad!.copy_(gradient);
                q.grad = gradient;
            }
            adam.Step(0.01);
            reference.step();
        }
        foreach (var (p, q) in mine.parameters().Zip(theirs.parameters()))
            Assert.True(p.allclose(q, 1e-6, 1e-7));
    }

    [Fact]
    public void ClippingIsTorchsClipGradNorm()
    {
        using var scope = NewDisposeScope();
        using var mine = new UNet(1, 3, 2);
        using var theirs = new UNet(1, 3, 2);
        using var flat = new FlatParameters(mine, MemoryLayout.ChannelsLast);
        foreach (var limit in new[] { 0.5, 1e6 })
        {
            foreach (var (p, q) in mine.parameters().Zip(theirs.parameters()))
            {
                var gradient = randn(p.shape);
                p.grad!.copy_(gradient);
                q.grad = gradient.clone();
            }
            flat.ClipGradientNorm(limit);
            nn.utils.clip_grad_norm_(theirs.parameters(), limit);
            foreach (var (p, q) in mine.parameters().Zip(theirs.parameters()))
                Assert.True(p.grad!.allclose(q.grad!, 1e-5, 1e-8));
        }
    }

    [Fact]
    public void GradientsGatherInTheFlatVectorAndTheNetworkOutlivesIt()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 2);
        using var plain = new UNet(1, 3, 2);
        var input = rand(1, 1, 32, 32);
        plain.call(input).square().sum().backward();
        using (var flat = new FlatParameters(network, MemoryLayout.ChannelsLast))
        {
            network.call(input).square().sum().backward();
            var views = flat.Views(flat.Gradients);
            Assert.True(flat.Gradients.abs().sum().item<float>() > 0);
            foreach (var (name, parameter) in plain.named_parameters())
                Assert.True(views[name].allclose(parameter.grad!, 1e-3, 1e-5), name);
        }
        Assert.True(network.call(input).allclose(plain.call(input), 1e-4, 1e-6));
        Assert.All(network.parameters(), p => Assert.Null(p.grad));
    }
}
