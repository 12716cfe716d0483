using MarginNotebooks.Calibration;
using MarginNotebooks.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Calibration;

public sealed class MonteCarloDropoutTests
{
    [Fact]
    public void It_gives_the_mean_over_the_masks_of_its_seed()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new UNet(1, 3, 4, dropout: 0.5);
        var images = rand(1, 1, 32, 32) * 20;
        using var sampled = new MonteCarloDropout(network, samples: 4, seed: 9);
        var found = sampled.call(images);

        manual_seed(9);
        network.eval();
        foreach (var dropout in network.modules().OfType<Dropout>())
            dropout.train();
        var passes = Enumerable.Range(0, 4).Select(_ => nn.functional.softmax(network.call(images), 1)).ToArray();
        Assert.False(passes[0].allclose(passes[1]));
        Assert.True(found.exp().allclose(stack(passes).mean([0]), 1e-5, 1e-6));
    }

    [Fact]
    public void Equal_calls_give_equal_results_and_other_seeds_others()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new UNet(1, 3, 4, dropout: 0.5);
        var images = rand(1, 1, 32, 32) * 20;
        using var one = new MonteCarloDropout(network, 3, seed: 1);
        using var two = new MonteCarloDropout(network, 3, seed: 2);
        var first = one.call(images);
        Assert.True(first.equal(one.call(images)).all().item<bool>());
        Assert.False(first.allclose(two.call(images)));
    }

    [Fact]
    public void Modes_and_the_generator_are_put_back_and_batch_norm_stays_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var norm = nn.BatchNorm2d(2);
        using var network = nn.Sequential(nn.Conv2d(1, 2, 1), norm, nn.Dropout2d(0.5), nn.Conv2d(2, 3, 1));
        network.train();
        norm.eval();
        var mean = norm.running_mean!.clone();
        manual_seed(3);
        var expected = rand(3);
        manual_seed(3);
        using var sampled = new MonteCarloDropout(network, 5);
        sampled.call(rand(2, 1, 8, 8, generator: new Generator(1)));
        Assert.True(rand(3).equal(expected).all().item<bool>());
        Assert.True(norm.running_mean!.equal(mean).all().item<bool>());
        Assert.True(network.training);
        Assert.False(norm.training);
        Assert.All(network.modules().OfType<Dropout2d>(), dropout => Assert.True(dropout.training));
    }

    [Fact]
    public void A_network_without_dropout_is_refused()
    {
        using var network = new UNet(1, 3, 2);
        Assert.Contains("UNet", Assert.Throws<ArgumentException>(() => new MonteCarloDropout(network)).Message);
    }

    [Fact]
    public void Dropout_adds_no_parameter_and_is_off_in_evaluation()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var plain = new UNet(1, 3, 3, seed: 4);
        using var dropping = new UNet(1, 3, 3, seed: 4, dropout: 0.3);
        Assert.Equal(plain.state_dict().Keys, dropping.state_dict().Keys);
        var images = rand(1, 1, 64, 64) * 20;
        plain.eval();
        dropping.eval();
        Assert.True(plain.call(images).equal(dropping.call(images)).all().item<bool>());
        dropping.train();
        Assert.False(plain.call(images).allclose(dropping.call(images)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UNet(1, 3, 2, dropout: 1));
    }
}
