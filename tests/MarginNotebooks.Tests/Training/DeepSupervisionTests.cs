using MarginNotebooks.Losses;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

public sealed class DeepSupervisionTests
{
    [Fact]
    public void TheLossIsTheWeightedSumOverOutputsWithThinnedLabels()
    {
        using var scope = NewDisposeScope();
        var (fine, coarse) = (randn(2, 3, 6, 5).requires_grad_(true), randn(2, 3, 3, 2).requires_grad_(true));
        var labels = randint(0, 3, [2, 6, 5], dtype: ScalarType.Int64);
        var images = rand(2, 1, 6, 5);
        var loss = new MarginLoss(1, 0.1);
        var terms = DeepSupervision.Loss(loss, [new(fine, 0.75), new(coarse, 0.25, 2, 3)], labels, images);
        // Rows 0, 2, 4 and columns 0, 3.
        var thin = labels.index_select(1, tensor(new long[] { 0, 2, 4 })).index_select(2, tensor(new long[] { 0, 3 }));
        var (first, second) = (loss.Forward(fine, labels), loss.Forward(coarse, thin));
        Assert.Equal(0.75 * first.Total.item<float>() + 0.25 * second.Total.item<float>(), terms.Total.item<float>(), 1e-6);
        Assert.Equal(first.Parts.Select(part => part.Key), terms.Parts.Select(part => part.Key));
        for (var i = 0; i < terms.Parts.Count; i++)
            Assert.Equal(0.75 * first.Parts[i].Value.item<float>() + 0.25 * second.Parts[i].Value.item<float>(), terms.Parts[i].Value.item<float>(), 1e-6);
        terms.Total.backward();
        var (fineGradient, coarseGradient) = (fine.grad!.clone(), coarse.grad!.clone());
        fine.grad.zero_();
        coarse.grad.zero_();
        first.Total.backward();
        second.Total.backward();
        Assert.True(fineGradient.allclose(0.75 * fine.grad, atol: 1e-8));
        Assert.True(coarseGradient.allclose(0.25 * coarse.grad, atol: 1e-8));
    }

    [Fact]
    public void OneOutputIsTheLossItself()
    {
        using var scope = NewDisposeScope();
        var logits = randn(1, 3, 4, 4);
        var labels = randint(0, 3, [1, 4, 4], dtype: ScalarType.Int64);
        var loss = new CrossEntropyLoss();
        Assert.Equal(loss.Forward(logits, labels).Total.item<float>(), DeepSupervision.Loss(loss, [new(logits, 1)], labels, logits).Total.item<float>());
    }

    [Fact]
    public void LossesThatLookAtTheImageGetTheOneThatBelongsToTheOutput()
    {
        using var scope = NewDisposeScope();
        using var network = new NnUNet(1, 3, NnUNetPlan.For(64, 48), 2);
        var images = rand(2, 1, 50, 41);
        var labels = randint(0, 3, [2, 50, 41], dtype: ScalarType.Int64);
        var loss = new NaclLoss(new Neighbourhood(NeighbourhoodOperator.Bilateral), NaclPrediction.Logits, NaclDistance.Absolute, 0.1);
        var terms = DeepSupervision.Loss(loss, DeepSupervision.Outputs(network, images), labels, images);
        Assert.True(float.IsFinite(terms.Total.item<float>()));
        terms.Total.backward();
    }
}
