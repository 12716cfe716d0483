using MarginNotebooks.Benchmarks.Report;
using MarginNotebooks.Benchmarks.Running;
using MarginNotebooks.Losses;
using MarginNotebooks.Models;

namespace MarginNotebooks.Benchmarks.Rows;

/// <summary>How much of a training step goes into making the batch.</summary>
internal sealed class InputShareRow : Row
{
    public override string Id => "input-share";

    public override string Title => "Making a batch, share of the training step";

    public override string Measures =>
        "Inside the kit's trainer, the time from the request for a batch to its tensors, as a share of the whole step: the 32-filter "
        + "network on 4×1×192×192 and the 8-filter "
        + "one on 16×1×64×64, MbLS. The figure is the larger median share.";

    public override string FigureUnit => "%";

    public override Requirement Required => Requirement.AtMost(2);

    public override Outcome Run(RowContext context)
    {
        var paper = Share(context, filters: context.Size(32, 4), batch: 4, size: context.Size(192, 32), rounds: context.Size(7, 1));
        var small = Share(context, filters: context.Size(8, 2), batch: context.Size(16, 4), size: context.Size(64, 32), rounds: context.Size(15, 1));
        var worst = paper.Share >= small.Share ? paper : small;
        return new Outcome(worst.Share * 100, worst.Data, worst.Step)
        {
            Precision = KitTraining.Precision(KitTraining.Options),
            Details = [paper.Data, paper.Step, small.Data, small.Step],
            Facts = new Dictionary<string, string>
            {
                [paper.Step.Name] = $"{ReadmeTable.Number(paper.Share * 100)} %",
                [small.Step.Name] = $"{ReadmeTable.Number(small.Share * 100)} %",
            },
        };
    }

    private static (double Share, Sample Data, Sample Step) Share(RowContext context, int filters, int batch, int size, int rounds)
    {
        using var network = new UNet(1, 4, filters);
        using var steps = new TrainerSteps(batch, size, rounds, warmUps: context.Size(3, 1));
        steps.Run(network, new MarginLoss(PaperStep.Margin, PaperStep.Lambda), KitTraining.Options);
        var name = $"{filters} filters, {batch}×1×{size}×{size}";
        return (
            SampleStatistics.MedianRatio(steps.DataMilliseconds, steps.Milliseconds),
            new Sample($"batch of {name}", "ms", steps.DataMilliseconds),
            new Sample($"step of {name}", "ms", steps.Milliseconds));
    }
}
