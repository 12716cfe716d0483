using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Models;
using MarginNotebooks.Training;
using static TorchSharp.torch;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>The kit's training step against what the machine could do if all of it were one matrix product.</summary>
internal sealed class TrainCeilingRow : Row
{
    public override string Id => "train-cpu-ceiling";

    public override string Title => "Training step, CPU, against the machine's ceiling";

    public override string Measures =>
        "The same step in turn with a product of two square matrices of 4096 rows in the precision of the kit's convolutions. The "
        + "ceiling is the time that the step's "
        + "multiply-adds (convolutions: forward, weights, inputs; counted) take at the product's rate. The figure is the median of "
        + "ceiling over kit.";

    public override Requirement Required => Requirement.AtLeast(0.8);

    public override Outcome Run(RowContext context)
    {
        var step = PaperStep.Of(context);
        var n = context.Size(4096, 256);
        var type = KitTraining.Type(KitTraining.Options);
        using var a = randn(n, n).to(type);
        using var b = randn(n, n).to(type);
        void Multiply()
        {
            using var _ = no_grad();
            using var product = a.mm(b);
        }
        using var network = new UNet(1, 4, step.Filters);
        var cost = StepCost.Of(network, [step.Batch, 1, step.Size, step.Size]);
        var work = cost.Total;
        var perProduct = (double)n * n * n;
        var (kit, product) = step.Against($"product of {n}×{n} matrices, {type}", () => Contestant.Milliseconds(Multiply));
        var ceiling = new Sample($"ceiling, {type}", "ms", [.. product.Values.Select(milliseconds => work / perProduct * milliseconds)]);
        return new Outcome(SampleStatistics.MedianRatio(ceiling.Values, kit.Values), kit, ceiling)
        {
            Precision = KitTraining.Precision(KitTraining.Options),
            Details = [product],
            Facts = new Dictionary<string, string>
            {
                ["multiply-adds of a step, as the network is defined"] = $"{work}",
                ["multiply-adds of a step, as the kit computes it"] = $"{cost.Executed:F0}",
                ["product, thousand million multiply-adds a second"] = ReadmeTable.Number(perProduct / product.Median / 1e6),
                ["step, thousand million multiply-adds a second"] = ReadmeTable.Number(work / kit.Median / 1e6),
            },
        };
    }
}
