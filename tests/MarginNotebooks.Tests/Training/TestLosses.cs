using MarginNotebooks.Losses;
using static TorchSharp.torch;

namespace MarginNotebooks.Tests.Training;

/// <summary>Cross-entropy with a weight that grows each epoch: a loss with terms and with state that a resumed run needs.</summary>
internal sealed class ScheduledLoss(string name = "test loss") : SegmentationLoss
{
    private double weight = 0.01;

    public override string Name => name;

    public override LossTerms Forward(Tensor logits, Tensor labels)
    {
        var ce = nn.functional.cross_entropy(logits, labels);
        var size = logits.square().mean();
        return new LossTerms(ce + weight * size, [new("ce", ce), new("size", size)]);
    }

    public override void EndEpoch(int epoch) => weight *= 1.1;

    public override IReadOnlyDictionary<string, double> SaveState() => new Dictionary<string, double> { ["weight"] = weight };

    public override void LoadState(IReadOnlyDictionary<string, double> state) => weight = state["weight"];
}

/// <summary>Cross-entropy times a factor that the test chooses for each call.</summary>
internal sealed class FactorLoss(Func<int, float> factor) : SegmentationLoss
{
    private int calls;

    public override string Name => "factor loss";

    public override LossTerms Forward(Tensor logits, Tensor labels)
    {
        var ce = nn.functional.cross_entropy(logits, labels);
        return new LossTerms(ce * factor(calls++), [new("ce", ce)]);
    }
}
