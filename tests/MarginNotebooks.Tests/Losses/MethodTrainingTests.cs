using MarginNotebooks.Data;
using MarginNotebooks.Data.Phantom;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Losses;

/// <summary>Every method beyond the paper's trains a small network on the phantom.</summary>
public sealed class MethodTrainingTests(MethodTrainingTests.Slices slices) : IClassFixture<MethodTrainingTests.Slices>
{
    /// <summary>Eight phantom slices.</summary>
    public sealed class Slices
    {
        internal SliceBatcher Batcher { get; } = new(SliceSet.FromCases(
            PhantomDataset.Generate(new PhantomOptions { Patients = 1, Size = 32, Depth = 8 }), 32, 32));
    }

    public static TheoryData<string> Keys =>
        [.. MethodCatalog.Families.Where(family => family.Create.Method.Module.Assembly == typeof(MethodCatalog).Assembly)
            .SelectMany(family => family.Keys).Except(MethodCatalog.Keys)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_loss_falls_and_stays_finite(string key)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = slices.Batcher.Batch([.. Enumerable.Range(0, 8)], CPU);
        var loss = MethodCatalog.Get(key).CreateLoss();
        if (loss.NeedsClassCounts)
            loss.ObserveClassCounts([.. labels.flatten().bincount(null).data<long>()]);
        using var network = new UNet(1, 4, filtersBase: 2, seed: 1);
        using var parameters = new FlatParameters(network, MemoryLayout.Contiguous, Precision.Float32);
        using var optimizer = new AdamOptimizer(parameters, 0.9, 0.999, 1e-8);
        // These two jump when the most likely class changes, as it does in the first steps.
        var (steps, rate) = key is "dca" or "dual-focal-5" ? (30, 1e-2) : (12, 3e-3);
        var values = new List<double>();
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            parameters.ZeroGradients();
            var terms = loss.Forward(network.call(images), labels, images);
            terms.Total.backward();
            parameters.CollectGradients();
            optimizer.Step(rate);
            values.Add(terms.Total.item<float>());
            Assert.All(terms.Parts, part => Assert.True(float.IsFinite(part.Value.item<float>()), $"{part.Key} in step {step}"));
        }

        Assert.All(values, value => Assert.True(double.IsFinite(value)));
        Assert.True(values[^1] < values[0], $"{key}: {string.Join(" ", values)}");
        Assert.All(network.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));

        // And an epoch's end: what it has learned of the validation leaves the loss finite and its state complete.
        using (no_grad())
        {
            loss.BeginValidation();
            loss.ObserveValidation(network.call(images), labels);
        }

        loss.EndEpoch(0);
        var next = loss.Forward(network.call(images), labels, images).Total.item<float>();
        Assert.True(float.IsFinite(next));
        var resumed = MethodCatalog.Get(key).CreateLoss();
        resumed.LoadState(loss.SaveState());
        Assert.Equal(next, resumed.Forward(network.call(images), labels, images).Total.item<float>());
    }
}
