using MarginNotebooks.Calibration;
using MarginNotebooks.Models;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class EnsembleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void It_gives_the_mean_of_the_probabilities_or_of_the_logits(int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var networks = Enumerable.Range(0, count).Select(seed => new UNet(1, 3, 2, seed)).ToArray();
        var images = rand(2, 1, 32, 32);
        var logits = networks.Select(network => network.call(images) * 1).ToArray();
        using var ensemble = new Ensemble(networks);
        var probabilities = stack(logits.Select(l => nn.functional.softmax(l, 1))).mean([0]);
        Assert.True(ensemble.call(images).exp().allclose(probabilities, 1e-5, 1e-6));
        using var geometric = new Ensemble(networks, EnsembleMean.Logits);
        Assert.True(geometric.call(images).allclose(stack(logits).mean([0]), 1e-5, 1e-6));
    }

    [Fact]
    public void Far_apart_members_neither_overflow_nor_vanish()
    {
        using var scope = NewDisposeScope();
        using var a = new Constant(1000, 0);
        using var b = new Constant(0, 1000);
        using var ensemble = new Ensemble([a, b]);
        Assert.Equal([Math.Log(0.5), Math.Log(0.5)], MadeUpPixels.Numbers(ensemble.call(zeros(1, 1, 1, 1))).Select(v => Math.Round(v, 6)), new Near());
        Assert.Throws<ArgumentException>(() => new Ensemble([]));
    }

    [Fact]
    public void Disposed_it_leaves_its_members_alive()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(1, 3, 2);
        new Ensemble([network]).Dispose();
        Assert.True(network.call(rand(1, 1, 32, 32)).isfinite().all().item<bool>());
    }

    [Fact]
    public void The_mean_never_costs_more_than_the_members_do_on_average()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var networks = Enumerable.Range(0, 3).Select(seed => new UNet(1, 3, 2, seed)).ToArray();
        var images = rand(1, 1, 32, 32) * 20;
        var labels = randint(3, [1, 32, 32], dtype: int64);
        using var ensemble = new Ensemble(networks);
        // Jensen: −log of a mean is at most the mean of −log.
        Assert.True(MadeUpPixels.Loss(ensemble.call(images), labels) <= networks.Average(network => MadeUpPixels.Loss(network.call(images), labels)) + 1e-9);
    }

    private sealed class Constant(float first, float second) : nn.Module<Tensor, Tensor>("constant")
    {
        public override Tensor forward(Tensor input) => tensor(new[] { first, second }).view(1, 2, 1, 1);
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-5;

        public int GetHashCode(double value) => 0;
    }
}
