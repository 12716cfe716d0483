using System.Reflection;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Reference;
using MarginNotebooks.Studies;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Models;

/// <summary>What every network of the kit must do, at toy widths.</summary>
public sealed class BackboneCatalogTests(BackboneCatalogTests.SmallPhantom phantom) : IClassFixture<BackboneCatalogTests.SmallPhantom>
{
    // The kit's own: another test may add one meanwhile.
    public static TheoryData<string> Kit => ["unet", "attunet", "unetpp", "unetpp-ds", "transunet", "nnunet"];

    /// <summary>Ten patients with slices of 32 pixels.</summary>
    public sealed class SmallPhantom
    {
        internal StudyData Data { get; } = StudyData.Phantom(new PhantomOptions { Patients = 10, Size = 32 });
    }

    private nn.Module<Tensor, Tensor> Toy(string key) => BackboneCatalog.Create(key, new BackboneSettings(
        phantom.Data.Info.Channels, phantom.Data.Info.ClassCount, 4, phantom.Data.Training.Slices.Height, phantom.Data.Training.Slices.Width, Seed: 3));

    [Theory]
    [MemberData(nameof(Kit))]
    public void TrainsOnThePhantomToALowerLossThanItBeganWith(string key)
    {
        using var folder = new TemporaryFolder();
        using var network = Toy(key);
        var loss = new CrossEntropyLoss();
        var before = ValidationLoss(network, loss);
        var options = new TrainingOptions { Epochs = 3, BatchSize = 4, LearningRate = 5e-3 };
        var result = new Trainer(network, loss, phantom.Data.Training, phantom.Data.Validation, options).Run(folder.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Log[^1].ValidationLoss < before, $"validation loss {before:0.000} before, {result.Log[^1].ValidationLoss:0.000} after");
        Assert.True(result.Log[^1].TrainLoss < result.Log[0].TrainLoss, $"training loss {result.Log[0].TrainLoss:0.000}, then {result.Log[^1].TrainLoss:0.000}");

        // What was exported is the network, its running statistics included.
        using var loaded = Toy(key);
        result.LoadBest(loaded);
        var stored = loaded.state_dict();
        if (result.BestEpoch == options.Epochs - 1)
            Assert.All(network.state_dict(), pair => Assert.True(pair.Value.equal(stored[pair.Key]).all().item<bool>(), pair.Key));
        Assert.Equal(key is "attunet" or "unetpp" or "unetpp-ds" or "transunet", stored.Keys.Any(name => name.EndsWith("running_var", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Kit))]
    public void TrainsInBFloat16AsTheCatalogSays(string key)
    {
        Assert.SkipUnless(MarginNotebooks.Runtime.TensorData.CanReplace, "this libtorch lacks set_data, which mixed precision needs");
        Assert.True(BackboneCatalog.Get(key).BFloat16);
        using var folder = new TemporaryFolder();
        using var network = Toy(key);
        var options = new TrainingOptions { Epochs = 1, BatchSize = 8, LearningRate = 2e-3, Precision = Precision.BFloat16 };
        var result = new Trainer(network, new CrossEntropyLoss(), phantom.Data.Training, phantom.Data.Validation, options).Run(folder.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.True(double.IsFinite(result.Log[0].TrainLoss + result.Log[0].ValidationLoss));
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Theory]
    [MemberData(nameof(Kit))]
    public void SeedsDecideTheWeightsAndAWrongNumberOfChannelsIsNamed(string key)
    {
        using var scope = NewDisposeScope();
        var settings = new BackboneSettings(1, 3, 4, 32, 32, Seed: 5);
        using var a = BackboneCatalog.Create(key, settings);
        using var b = BackboneCatalog.Create(key, settings);
        using var c = BackboneCatalog.Create(key, settings with { Seed = 6 });
        Assert.All(a.state_dict(), pair => Assert.True(pair.Value.equal(b.state_dict()[pair.Key]).all().item<bool>(), pair.Key));
        Assert.Contains(a.state_dict(), pair => !pair.Value.equal(c.state_dict()[pair.Key]).all().item<bool>());
        Assert.Contains("(1, 2, 32, 32)", Assert.Throws<ArgumentException>(() => a.call(rand(1, 2, 32, 32))).Message);
        var cost = StepCost.Of(a, [1, 1, 32, 32]);
        Assert.True(cost.Forward > 0 && cost.BackwardWeights > 0);
    }

    [Fact]
    public void EveryKeyIsOnTheReferencePageOnce()
    {
        var keys = typeof(Backbone).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<ReferenceAttribute>())
            .Where(reference => reference.Kind == ReferenceKind.Backbone).Select(reference => reference.Key);
        Assert.Equal(Kit.Select(row => row.Data).Order(), keys.Order());
    }

    [Fact]
    public void AnyoneCanAddANetworkUnderANewKey()
    {
        var mine = new Backbone($"mine-{Guid.NewGuid():N}", "Mine", 8, s => new UNet(s.InputChannels, s.Classes, s.Filters, s.Seed), "this test");
        BackboneCatalog.Add(mine);
        Assert.Same(mine, BackboneCatalog.Get(mine.Key));
        Assert.Contains(mine.Key, BackboneCatalog.Keys);
        Assert.Contains("another key", Assert.Throws<ArgumentException>(() => BackboneCatalog.Add(mine)).Message);
        Assert.Contains("attunet", Assert.Throws<ArgumentException>(() => BackboneCatalog.Get("nonsense")).Message);
        var only32 = mine with { BFloat16 = false };
        Assert.Equal(Precision.Float32, Precision.Auto.For(CPU, only32));
        Assert.Equal(Precision.Auto.For(CPU), Precision.Auto.For(CPU, mine));
    }

    private double ValidationLoss(nn.Module<Tensor, Tensor> network, SegmentationLoss loss)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        var (images, labels) = phantom.Data.Validation.Batch([.. Enumerable.Range(0, phantom.Data.Validation.Count)], CPU);
        return loss.Forward(network.call(images), labels).Total.item<float>();
    }
}
